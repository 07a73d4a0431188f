using System.Buffers.Binary;
using System.Text;
using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Weights;

/// <summary>Round trips, and a refusal with a reason for every kind of damage.</summary>
public sealed class SafetensorsTests : IDisposable
{
    private const string Good =
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}}""";
    private readonly string folder = Directory.CreateTempSubdirectory("safetensors").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Every_type_and_shape_round_trips()
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>
        {
            ["scalar"] = tensor(1.5f),
            ["empty"] = zeros(0, 3),
            ["transposed"] = arange(6f).reshape(2, 3).t(),
            ["half"] = arange(5f).to(ScalarType.Float16),
            ["bfloat"] = arange(5f).to(ScalarType.BFloat16),
            ["double"] = arange(3f).to(ScalarType.Float64),
            ["long"] = arange(7L),
            ["int"] = arange(7L).to(ScalarType.Int32),
            ["short"] = arange(7L).to(ScalarType.Int16),
            ["signed"] = arange(-3L, 4L).to(ScalarType.Int8),
            ["byte"] = arange(7L).to(ScalarType.Byte),
            ["bool"] = tensor(new[] { true, false, true }),
            ["name with \"quotes\" and ünïcode"] = ones(1),
        };
        var path = Path.Combine(folder, "all.safetensors");
        SafetensorsWriter.Write(path, tensors, new Dictionary<string, string> { ["format"] = "pt" });
        using var file = SafetensorsFile.Open(path);
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal(tensors.Keys.Order(), file.Tensors.Keys.Order());
        foreach (var (name, expected) in tensors)
        {
            var actual = file.Read(name);
            Assert.Equal(expected.dtype, actual.dtype);
            Assert.Equal(expected.shape, actual.shape);
            Assert.True(expected.NumberOfElements == 0 || expected.eq(actual).all().item<bool>(), name);
        }
        Assert.All(file.Tensors.Values, info => Assert.Equal(0, info.Begin % SafetensorsDtype.SizeOf(info.Dtype)));
        Assert.Equal([path], Directory.GetFiles(folder));
    }

    [Fact]
    public void Reading_converts_the_type()
    {
        using var scope = NewDisposeScope();
        var path = Path.Combine(folder, "half.safetensors");
        SafetensorsWriter.Write(
            path, new Dictionary<string, Tensor> { ["x"] = tensor(new[] { 0.5f, -2f }).to(ScalarType.Float16) });
        using var file = SafetensorsFile.Open(path);
        Assert.Equal(new[] { 0.5f, -2f }, file.Read("x", dtype: ScalarType.Float32).data<float>().ToArray());
        Assert.Contains("'y'", Assert.Throws<SafetensorsException>(() => file.Read("y")).Message);
        Assert.Contains("[2]", Assert.Throws<SafetensorsException>(() => file.CopyTo("x", zeros(3))).Message);
    }

    [Fact]
    public void Writing_a_name_twice_is_refused_and_leaves_no_file()
    {
        using var scope = NewDisposeScope();
        KeyValuePair<string, Tensor>[] tensors = [new("x", ones(1)), new("x", ones(1))];
        Assert.Contains("'x'", Assert.Throws<ArgumentException>(
            () => SafetensorsWriter.Write(Path.Combine(folder, "twice"), tensors)).Message);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Theory]
    [InlineData("F32", "F33", "'dtype' of tensor 'a'")]
    [InlineData("\"dtype\":\"F32\",", "", "no 'dtype'")]
    [InlineData("\"shape\":[2]", "\"shape\":[3]", "needs 12 bytes")]
    [InlineData("\"shape\":[2]", "\"shape\":[-2]", "'shape' of tensor 'a'")]
    [InlineData("\"shape\":[2]", "\"shape\":[2.5]", "'shape' of tensor 'a'")]
    [InlineData("\"shape\":[2]", "\"shape\":\"2\"", "no 'shape'")]
    [InlineData("\"shape\":[2]", "\"shape\":[4611686018427387904,4]", "too large")]
    [InlineData("[0,8]", "[8,0]", "'data_offsets' of tensor 'a'")]
    [InlineData("[0,8]", "[0,8,9]", "'data_offsets' of tensor 'a'")]
    [InlineData("[8,11]", "[7,10]", "overlap")]
    [InlineData("[8,11]", "[9,12]", "holds only 11")]
    [InlineData("\"b\":", "\"a\":", "tensor 'a' is described twice")]
    [InlineData("\"b\":", "\"__metadata__\":", "not a text")]
    [InlineData("{\"a\":{", "{\"a\":{\"extra\":1,", "'extra'")]
    [InlineData("}}", "}", "not valid JSON")]
    [InlineData("{\"a\"", "[\"a\"", "begin with '{'")]
    [InlineData("\"shape\":[3],\"data_offsets\":[8,11]", "\"shape\":[2],\"data_offsets\":[8,10]", "11 bytes of data follow")]
    public void A_damaged_header_is_refused_with_its_field(string original, string replacement, string expected)
    {
        Assert.Contains(original, Good);
        var path = Write(Good.Replace(original, replacement), new byte[11]);
        var message = Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(path)).Message;
        Assert.StartsWith(path, message);
        Assert.Contains(expected, message);
    }

    [Fact]
    public void Truncated_empty_foreign_and_absent_files_are_refused()
    {
        var whole = File.ReadAllBytes(Write(Good, new byte[11]));
        for (var length = 0; length < whole.Length; length++)
        {
            var path = Path.Combine(folder, "part");
            File.WriteAllBytes(path, whole[..length]);
            Assert.Contains(path, Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(path)).Message);
        }
        Assert.Throws<FileNotFoundException>(() => SafetensorsFile.Open(Path.Combine(folder, "absent")));
        var foreign = Path.Combine(folder, "foreign");
        File.WriteAllText(foreign, "GIF89a this is a picture, not weights");
        Assert.Contains("not a safetensors file",
            Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(foreign)).Message);
        var latin = Write(Good.Replace("\"b\"", "\"ÿ\""), new byte[11], Encoding.Latin1);
        Assert.Contains("UTF-8", Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(latin)).Message);
    }

    private string Write(string header, byte[] data, Encoding? encoding = null)
    {
        var json = (encoding ?? Encoding.UTF8).GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        var path = Path.Combine(folder, "file.safetensors");
        File.WriteAllBytes(path, [.. length, .. json, .. data]);
        return path;
    }
}
