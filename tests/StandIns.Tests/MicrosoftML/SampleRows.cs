using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace StandIns.Tests.MicrosoftML;

internal sealed class NamedNumber
{
    public string Name { get; set; } = "";

    public float Number { get; set; }
}

internal sealed class OnlyNumber
{
    public float Number { get; set; }
}

internal sealed class Prediction
{
    public uint PredictedLabel { get; set; }

    public float[] Score { get; set; } = [];
}

internal sealed class Point
{
    [VectorType(2)]
    public float[] Features { get; set; } = [];
}

/// <summary>A 3 by 2 image whose bytes count up from Start.</summary>
internal sealed class Picture
{
    public const int Width = 3;
    public const int Height = 2;

    [ImageType(Height, Width)]
    public MLImage? Image { get; set; }

    public int Start { get; set; }
}

internal static class Samples
{
    public static IDataView NamedNumbers(MLContext ml, params (string Name, float Number)[] rows) =>
        ml.Data.LoadFromEnumerable(rows.Select(row => new NamedNumber { Name = row.Name, Number = row.Number }).ToList());

    public static IDataView Count(MLContext ml, int count) =>
        NamedNumbers(ml, [.. Enumerable.Range(0, count).Select(i => ($"{i}", (float)i))]);

    public static IEnumerable<float> Numbers(IDataView data) => data.GetColumn<float>("Number");

    public static byte[] PictureBytes(int start) =>
        [.. Enumerable.Range(0, Picture.Width * Picture.Height * 4).Select(i => (byte)(i % 4 == 3 ? 255 : start + i))];

    public static MLImage CreateImage(int start) =>
        MLImage.CreateFromPixels(Picture.Width, Picture.Height, MLPixelFormat.Rgba32, PictureBytes(start));

    /// <summary>Pictures made anew for each row of each pass, as a well-behaved source does.</summary>
    public static IDataView Pictures(MLContext ml, int count) =>
        ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Picture { Image = CreateImage(i * 10), Start = i * 10 }));

    public static List<DataViewRowId> Ids(IDataView data)
    {
        using var cursor = data.GetRowCursor([]);
        var getter = cursor.GetIdGetter();
        var ids = new List<DataViewRowId>();
        while (cursor.MoveNext())
        {
            DataViewRowId id = default;
            getter(ref id);
            ids.Add(id);
        }

        return ids;
    }
}
