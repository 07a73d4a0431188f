using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;

namespace StandIns.Tests.ImageSharp;

public class PixelAccessTests
{
    [Fact]
    public void Pixels_come_and_go_in_rows()
    {
        byte[] samples = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13];
        using var image = Image.LoadPixelData<Rgb24>(samples.AsSpan(), 2, 2);
        Assert.Equal(new Rgb24(7, 8, 9), image[0, 1]);
        image[1, 0] = new Rgb24(40, 50, 60);
        var copy = new byte[14];
        image.CopyPixelDataTo(copy);
        Assert.Equal([1, 2, 3, 40, 50, 60, 7, 8, 9, 10, 11, 12, 0, 0], copy);
    }

    [Fact]
    public void Wrong_sizes_and_places_are_out_of_range()
    {
        using var image = new Image<Rgb24>(3, 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => image.CopyPixelDataTo(new byte[17]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Image.LoadPixelData<Rgb24>(new byte[17], 3, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => image[3, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => image[0, -1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => image.ProcessPixelRows(rows => rows.GetRowSpan(2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Image<Rgb24>(0, 5));
        Assert.Throws<InvalidMemoryOperationException>(() => new Image<Rgba32>(65000, 65000));
    }

    [Fact]
    public void A_disposed_image_says_so()
    {
        var image = new Image<Rgb24>(3, 2);
        image.Dispose();
        image.Dispose();
        Assert.Throws<ObjectDisposedException>(() => image[0, 0]);
        Assert.Throws<ObjectDisposedException>(() => image.Clone());
        Assert.Throws<ObjectDisposedException>(() => image.SaveAsPng(new MemoryStream()));
    }

    [Fact]
    public void Large_images_are_one_block_only_on_request()
    {
        using var small = new Image<Rgb24>(1000, 1000);
        Assert.True(small.DangerousTryGetSinglePixelMemory(out var pixels));
        Assert.Equal(1_000_000, pixels.Length);
        using var large = new Image<Rgb24>(1500, 1000);
        Assert.False(large.DangerousTryGetSinglePixelMemory(out _));
        using var contiguous = new Image<Rgb24>(new Configuration { PreferContiguousImageBuffers = true }, 1500, 1000);
        Assert.True(contiguous.DangerousTryGetSinglePixelMemory(out _));
    }

    [Fact]
    public void Conversion_uses_the_luminance_of_BT709_and_drops_alpha()
    {
        using var image = new Image<Rgba32>(1, 1, new Rgba32(100, 50, 200, 7));
        using var grey = image.CloneAs<L8>();
        Assert.Equal(71, grey[0, 0].PackedValue);
        using var rgb = image.CloneAs<Rgb24>();
        Assert.Equal(new Rgb24(100, 50, 200), rgb[0, 0]);
        using var bgra = image.CloneAs<Bgra32>();
        Assert.Equal((200, 50, 100, 7), (bgra[0, 0].B, bgra[0, 0].G, bgra[0, 0].R, bgra[0, 0].A));
        Assert.Equal(0x0764_32C8u, bgra[0, 0].PackedValue);
    }
}
