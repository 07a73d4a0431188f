using MLNet.SynthAugment.Diffusion.Images;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Images;

public class ImageTensorsTests
{
    [Fact]
    public void Every_byte_survives_the_way_to_a_tensor_and_back()
    {
        using var scope = NewDisposeScope();
        using var image = Image.LoadPixelData<Rgb24>([.. Enumerable.Range(0, 256).Select(v => new Rgb24((byte)v, (byte)(255 - v), (byte)(v * 7)))], 32, 8);
        using var other = TestImages.Pattern(32, 8, 2);
        var batch = ImageTensors.ToTensor([image, other]);
        Assert.Equal([2, 3, 8, 32], batch.shape);
        Assert.Equal((-1f, 1f, 1f),
            (batch[0, 0, 0, 0].item<float>(), batch[0, 0, 7, 31].item<float>(), batch[0, 1, 0, 0].item<float>()));
        var back = ImageTensors.ToImages(batch);
        Assert.Equal(TestImages.Bytes(image), TestImages.Bytes(back[0]));
        Assert.Equal(TestImages.Bytes(other), TestImages.Bytes(back[1]));
    }

    [Fact]
    public void Values_outside_the_range_are_clamped_and_others_refused()
    {
        using var scope = NewDisposeScope();
        var pixels = TestImages.Bytes(
            ImageTensors.ToImages(tensor(new float[] { -9, 0.0001f, 9 }).reshape(1, 3, 1, 1))[0]);
        Assert.Equal(new byte[] { 0, 128, 255 }, pixels);
        Assert.Throws<ArgumentException>(() => ImageTensors.ToImages(zeros(1, 4, 2, 2)));
        Assert.Throws<InvalidOperationException>(() => ImageTensors.ToImages(full([1, 3, 2, 2], float.NaN)));
        Assert.Throws<ArgumentException>(() => ImageTensors.ToTensor([]));
        using Image<Rgb24> small = new(2, 2), wide = new(3, 2);
        Assert.Contains("3×2", Assert.Throws<ArgumentException>(() => ImageTensors.ToTensor([small, wide])).Message);
    }

    [Fact]
    public void Crops_that_leave_the_image_are_refused()
    {
        using var image = TestImages.Pattern(10, 8, 1);
        using var corner = ImageResizing.Crop(image, 7, 5, 3, 3);
        Assert.Equal(image[9, 7], corner[2, 2]);
        Assert.Throws<ArgumentException>(() => ImageResizing.Crop(image, 8, 5, 3, 3));
        Assert.Throws<ArgumentException>(() => ImageResizing.Crop(image, -1, 0, 3, 3));
        Assert.Throws<ArgumentException>(() => ImageResizing.CenterCrop(image, 9, 9));
        Assert.ThrowsAny<ArgumentException>(() => ImageResizing.Resize(image, 0, 3, KnownResamplers.Triangle));
    }
}
