using MLNet.SynthAugment.ApiChecking;

namespace StandIns.Tests.Api;

/// <summary>The check itself has to notice every kind of difference: invented types against an invented list.</summary>
public class ApiComparisonTests
{
    private const string Faithful = """
        TYPE Invented.Shape : abstract class : IDisposable
        Invented.Shape :: protected .ctor(int sides)
        Invented.Shape :: public const string Unit = "cm"
        Invented.Shape :: public int Sides { get; protected set; }
        Invented.Shape :: public int? Corner { get; init; }
        Invented.Shape :: public string? this[int index] { get; }
        Invented.Shape :: public event EventHandler<EventArgs> Moved
        Invented.Shape :: public abstract float Area(float scale = 1.50f, Shade shade = Shade.Dark, string? note = null)
        Invented.Shape :: public static (int first, string? second) Split<T>(params T[] items) where T : class, IDisposable, new()
        Invented.Shape :: public void Dispose()
        Invented.Shape :: public static bool op_Equality(Shape left, Shape right)
        Invented.Shape :: public static bool op_Inequality(Shape left, Shape right)
        Invented.Shape :: public void Measure(out int width, ref long height, in double depth)
        TYPE Invented.Shade : enum : int
        Invented.Shade :: Light = 0
        Invented.Shade :: Dark = 1
        TYPE Invented.Shaper<T> : delegate Shape (T material, int count)
        TYPE Invented.ShapeExtensions : static class
        Invented.ShapeExtensions :: public static int Twice(this Shape shape, CancellationToken token = default)  [ext]
        TYPE Invented.Square : class : Shape, IDisposable
        Invented.Square :: public .ctor()
        Invented.Square :: public override float Area(float scale = 1.50f, Shade shade = Shade.Dark, string? note = null)
        """;

    private static readonly Type[] _types =
        [typeof(Invented.Shape), typeof(Invented.Shade), typeof(Invented.Shaper<>), typeof(Invented.ShapeExtensions), typeof(Invented.Square)];

    [Fact]
    public void Types_that_match_their_list_pass() => Assert.Empty(Compare(Faithful));

    [Theory]
    [InlineData("protected .ctor(int sides)", "public .ctor(int sides)")]
    [InlineData("= \"cm\"", "= \"mm\"")]
    [InlineData("get; protected set;", "get;")]
    [InlineData("int? Corner", "int Corner")]
    [InlineData("get; init;", "get; set;")]
    [InlineData("this[int index]", "this[long index]")]
    [InlineData("EventHandler<EventArgs>", "EventHandler<string>")]
    [InlineData("public abstract float Area", "public float Area")]
    [InlineData("scale = 1.50f", "scale = 1.25f")]
    [InlineData("float scale", "float size")]
    [InlineData("Shade shade = Shade.Dark", "Shade shade = Shade.Light")]
    [InlineData("string? note = null)", "string? note)")]
    [InlineData("(int first, string? second)", "(int a, string? b)")]
    [InlineData("params T[]", "T[]")]
    [InlineData("where T : class, IDisposable, new()", "where T : class")]
    [InlineData("op_Equality", "op_LessThan")]
    [InlineData("out int width", "ref int width")]
    [InlineData("in double depth", "ref double depth")]
    [InlineData("Dark = 1", "Dark = 2")]
    [InlineData("Shape (T material, int count)", "void (T material, int count)")]
    [InlineData("this Shape shape", "Shape shape")]
    [InlineData("abstract class : IDisposable", "abstract class")]
    [InlineData("Invented.Square : class", "Invented.Square : sealed class")]
    [InlineData("static class", "class")]
    [InlineData("Invented.Square :: public .ctor()\n", "")]
    [InlineData("Invented.Shape :: public void Dispose()\n", "")]
    public void Each_difference_is_found(string listed, string changed)
    {
        Assert.Contains(listed, Faithful, StringComparison.Ordinal);
        Assert.NotEmpty(Compare(Faithful.Replace(listed, changed, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_type_that_the_list_lacks_is_named()
    {
        var list = Faithful[..Faithful.IndexOf("TYPE Invented.Square", StringComparison.Ordinal)];
        Assert.Equal("Invented.Square: the list has no such type.", Assert.Single(Compare(list)));
    }

    [Fact]
    public void TorchSharp_spelling_is_understood()
    {
        var list = ApiList.Parse(
            """
            TorchSharp.Invented.Blob :: TYPE public class Blob // 0.107 base: Modules.Other
            TorchSharp.Invented.Blob :: public Blob(double @base = -1E-05) // 0.102 names: b
            TorchSharp.Invented.Blob :: public static implicit operator Invented.Blob(int value)
            TorchSharp.Invented.Blob :: public static Invented.Blob operator +(Invented.Blob left, (long, long)? right)
            TorchSharp.Invented.Blob.Inner<T> :: TYPE public sealed class Inner<T>
            TorchSharp.Invented.Blob.Inner<T> :: public Inner(Invented.Blob.Inner<T>? outer, Invented.Blob? blob)
            """.Split('\n'),
            ApiStyle.TorchSharp);
        Assert.Empty(new ApiComparison(list).Extra([typeof(TorchSharp.Invented.Blob), typeof(TorchSharp.Invented.Blob.Inner<>)]));
    }

    [Fact]
    public void Names_and_defaults_count_only_for_callers_in_source()
    {
        var list = ApiList.Parse(Faithful.Replace("float scale = 1.50f", "float size", StringComparison.Ordinal).Split('\n'), ApiStyle.Plain);
        var area = typeof(Invented.Shape).GetMethod("Area")!;
        Assert.True(new ApiComparison(list, exactParameters: false).Has(area, out _));
        Assert.False(new ApiComparison(list).Has(area, out _));
    }

    private static List<string> Compare(string list) => [.. new ApiComparison(ApiList.Parse(list.Split('\n'), ApiStyle.Plain)).Extra(_types)];
}
