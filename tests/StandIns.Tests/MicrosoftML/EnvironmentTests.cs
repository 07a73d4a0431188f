using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace StandIns.Tests.MicrosoftML;

public class EnvironmentTests
{
    [Fact]
    public void TheEnvironmentOfTheTransformsCatalogCanBeReached()
    {
        var ml = new MLContext(1);
        var messages = new List<LoggingEventArgs>();
        ml.Log += (_, e) => messages.Add(e);
        var host = EnvironmentOf(ml.Transforms).Register("Parent").Register("Outsider");
        using (var channel = host.Start("Fit"))
            channel.Warning(MessageSensitivity.None, "{0} of {1}", 3, 4);

        var message = Assert.Single(messages, message => message.Kind == ChannelMessageKind.Warning);
        Assert.Equal("3 of 4", message.RawMessage);
        Assert.Equal("Outsider; Fit", message.Source);
        Assert.Contains("Kind=Warning] 3 of 4", message.Message);
    }

    [Fact]
    public void ColumnsOfASchemaShapeCanBeMade()
    {
        var column = NewColumn("Score", SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false, null);
        var shape = new SchemaShape([column]);
        Assert.Equal("Score", shape[0].Name);
        Assert.Equal(SchemaShape.Column.VectorKind.Vector, shape[0].Kind);
    }

    [Fact]
    public void TheSameSeedGivesTheSameNumbers()
    {
        Assert.Equal(Draw(5), Draw(5));
        Assert.NotEqual(Draw(5), Draw(6));

        static int Draw(int seed) => ((IHostEnvironment)new MLContext(seed)).Register("Step").Rand.Next();
    }

    [Fact]
    public void OptionsAreRemembered()
    {
        var ml = new MLContext();
        ml.SetOption("speed", 5);
        Assert.True(ml.TryGetOption<int>("speed", out var speed));
        Assert.Equal(5, speed);
        Assert.True(ml.RemoveOption("speed"));
        Assert.False(ml.TryGetOption<int>("speed", out _));
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_env")]
    private static extern ref IHostEnvironment EnvironmentOf(TransformsCatalog catalog);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern SchemaShape.Column NewColumn(
        string name, SchemaShape.Column.VectorKind vecKind, DataViewType itemType, bool isKey, SchemaShape? annotations);
}
