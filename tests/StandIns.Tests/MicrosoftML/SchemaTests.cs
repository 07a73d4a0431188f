using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace StandIns.Tests.MicrosoftML;

public class SchemaTests
{
    [Fact]
    public void ALaterColumnHidesAnEarlierOneOfItsName()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("A", NumberDataViewType.Single);
        builder.AddColumn("B", TextDataViewType.Instance);
        builder.AddColumn("A", BooleanDataViewType.Instance);
        var schema = builder.ToSchema();

        Assert.Equal(3, schema.Count);
        Assert.True(schema[0].IsHidden);
        Assert.Equal(2, schema["A"].Index);
        Assert.Null(schema.GetColumnOrNull("C"));
        Assert.Throws<ArgumentOutOfRangeException>(() => schema["C"]);
    }

    [Fact]
    public void ATransformPutsAnOverridingColumnRightAfterTheOneItHides()
    {
        var ml = new MLContext(1);
        var data = Samples.NamedNumbers(ml, ("a", 1), ("b", 2));
        var output = ml.Transforms.Conversion.MapValueToKey("Name").Fit(data).Transform(data);

        Assert.Equal(["Name", "Name", "Number"], output.Schema.Select(column => column.Name));
        Assert.Equal([true, false, false], output.Schema.Select(column => column.IsHidden));
        Assert.Equal("Key<UInt32, 0-1>", $"{output.Schema["Name"].Type}");
    }

    [Theory]
    [InlineData("Vector<Single, 2, 3>", 2, 3)]
    [InlineData("Vector<Single, 4>", 4)]
    [InlineData("Vector<Single>", 0)]
    [InlineData("Vector<Single, 2, *>", 2, 0)]
    public void VectorTypesAreWrittenWithTheirDimensions(string expected, params int[] dimensions) =>
        Assert.Equal(expected, new VectorDataViewType(NumberDataViewType.Single, dimensions).ToString());

    [Fact]
    public void TypesAreEqualWhenTheyHoldTheSame()
    {
        Assert.Equal(new KeyDataViewType(typeof(uint), 3), new KeyDataViewType(typeof(uint), 3UL));
        Assert.False(new KeyDataViewType(typeof(uint), 3).Equals(new KeyDataViewType(typeof(uint), 4)));
        Assert.False(new VectorDataViewType(NumberDataViewType.Byte, 4).Equals(new VectorDataViewType(NumberDataViewType.Byte, 2, 2)));
        Assert.True(new ImageDataViewType(2, 3).Equals(new ImageDataViewType(2, 3)));
        Assert.Equal("Image<2, 3>", new ImageDataViewType(2, 3).ToString());
        Assert.Equal(typeof(VBuffer<float>), new VectorDataViewType(NumberDataViewType.Single, 4).RawType);
    }

    [Fact]
    public void AnnotationsTravelWithAColumnThatIsBuiltOn()
    {
        var source = new PointView(3).Schema;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(source);
        builder.AddColumn("More", NumberDataViewType.Int32);
        var label = builder.ToSchema()["Label"];

        VBuffer<ReadOnlyMemory<char>> values = default;
        label.GetKeyValues(ref values);
        Assert.True(label.HasKeyValues());
        Assert.Equal(["zero", "one", "two"], values.DenseValues().Select(value => value.ToString()));
    }

    [Fact]
    public void SparseVectorsReadAsIfDense()
    {
        var sparse = new VBuffer<float>(5, 2, [7, 9], [1, 4]);
        Assert.False(sparse.IsDense);
        Assert.Equal([0, 7, 0, 0, 9], sparse.DenseValues());
        Assert.Equal(9, sparse.GetItemOrDefault(4));
        Assert.Equal(0, sparse.GetItemOrDefault(3));

        VBuffer<float> part = default;
        sparse.CopyTo(ref part, 1, 3);
        Assert.Equal([7, 0, 0], part.DenseValues());
    }

    [Fact]
    public void RowIdsMadeOfOthersAreNew()
    {
        var id = new DataViewRowId(5, 0);
        Assert.Equal(4, new HashSet<DataViewRowId> { id, id.Fork(), id.Next(), id.Combine(new DataViewRowId(6, 0)) }.Count);
        Assert.Equal(id.Fork(), new DataViewRowId(5, 0).Fork());
        Assert.True(id.CompareTo(new DataViewRowId(6, 0)) < 0);
    }
}
