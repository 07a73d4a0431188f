using System.Text.Json;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Trainers.Augmentation;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Tests.Trainers;

/// <summary>Augmentations, each alone on an image tensor.</summary>
public sealed class AugmentationTests : IDisposable
{
    private const int Size = 12;

    private readonly Tensor _image;

    public AugmentationTests()
    {
        using var generator = new Generator(3, CPU);
        _image = rand([3, Size, Size], ScalarType.Float32, generator: generator);
    }

    public void Dispose() => _image.Dispose();

    public static TheoryData<IImageAugmentation> All =>
    [
        new HorizontalFlip(), new RandomAffine(), new RandomResizedCrop(), new RandAugment(), new RandAugment
            { Magnitude = 30, Operations = 4 }, new RandAugment { Magnitude = 0 },
    ];

    [Theory]
    [MemberData(nameof(All))]
    public void It_keeps_shape_and_range_follows_from_its_random_numbers_and_leaves_its_input_alone(
        IImageAugmentation augmentation)
    {
        var before = Values(_image);
        var results = Enumerable.Range(0, 60).Select(i => Apply(augmentation, i)).ToList();
        Assert.All(results, result => Assert.All(result, value => Assert.InRange(value, -1e-6f, 1 + 1e-6f)));
        Assert.All(results, result => Assert.Equal(before.Length, result.Length));
        Assert.Equal(results, Enumerable.Range(0, 60).Select(i => Apply(augmentation, i)));
        Assert.Contains(results, result => !result.SequenceEqual(before));
        Assert.Equal(before, Values(_image));
    }

    [Fact]
    public void Steps_are_taken_out_added_and_described_with_their_settings()
    {
        var changed = ImageAugmentation.Photographs.Without<HorizontalFlip>().Without<MixUp>()
            .With(new RandomAffine { Rotation = 10 });
        var described = changed.Describe(JsonSerializerOptions.Default);
        Assert.Equal(["RandomResizedCrop", "RandAugment", "RandomAffine"],
            described["Steps"]!.AsArray().Select(step => step!.AsObject().Single().Key));
        Assert.Equal(10, (float)described["Steps"]![2]!["RandomAffine"]!["Rotation"]!);
        Assert.Equal("CutMix", described["Mixes"]!.AsArray().Single()!.AsObject().Single().Key);
        Assert.Equal((true, false), (ImageAugmentation.None.IsNone, changed.IsNone));
    }

    [Fact]
    public void A_flip_mirrors_left_and_right()
    {
        using var flipped = new HorizontalFlip { Probability = 1 }.Apply(_image, Random(0));
        using var back = flipped.flip(2);
        Assert.Equal(Values(_image), Values(back));
        using var same = new HorizontalFlip { Probability = 0 }.Apply(_image, Random(0));
        Assert.Equal(Values(_image), Values(same));
    }

    [Fact]
    public void Affine_changes_of_no_size_are_none_and_pixels_stay_square()
    {
        using var scope = NewDisposeScope();
        var still = new RandomAffine { Rotation = 0, MinScale = 1, MaxScale = 1, Shear = 0, Translation = 0 };
        Assert.InRange((still.Apply(_image, Random(0)) - _image).abs().max().item<float>(), 0, 1e-5f);

        // Translation alone moves a single bright pixel by at most its share of the side, and does move it.
        var dot = zeros(3, 20, 20);
        dot.narrow(1, 10, 1).narrow(2, 10, 1).fill_(1);
        var places = Enumerable.Range(0, 20)
            .Select(i => (still with { Translation = 0.2f }).Apply(dot, Random(i))[0].flatten().argmax().item<long>())
                .ToList();
        Assert.All(places, place => Assert.True(Math.Abs(place / 20 - 10) <= 4 && Math.Abs(place % 20 - 10) <= 4));
        Assert.True(places.Distinct().Count() > 5);

        // A horizontal bar of an image wider than high keeps its length when it is turned: pixels stay square.
        var wide = zeros(3, 20, 40);
        wide.narrow(1, 10, 1).narrow(2, 14, 12).fill_(1);
        var ink = Enumerable.Range(0, 10)
            .Select(i => (still with { Rotation = 40 }).Apply(wide, Random(i))[0].sum().item<float>()).ToList();
        Assert.All(ink, sum => Assert.InRange(sum, 10.5f, 13.5f));
    }

    [Fact]
    public void A_crop_of_the_whole_is_the_image_and_smaller_ones_are_enlarged()
    {
        using var scope = NewDisposeScope();
        var whole = new RandomResizedCrop { MinArea = 1, MaxAspect = 1 };
        Assert.InRange((whole.Apply(_image, Random(0)) - _image).abs().max().item<float>(), 0, 1e-5f);
        // The left half is black, the right one white: a small crop is nearly always of one colour.
        var halves = zeros(3, 40, 40);
        halves.narrow(2, 20, 20).fill_(1);
        var means = Enumerable.Range(0, 40)
            .Select(i => new RandomResizedCrop { MinArea = 0.01f, MaxArea = 0.02f, Size = 8 }.Apply(halves, Random(i)))
                .ToList();
        Assert.All(means, crop => Assert.Equal([3, 8, 8], crop.shape));
        Assert.True(means.Count(crop => crop.mean().item<float>() is < 0.01f or > 0.99f) > 20);
    }

    [Fact]
    public void Mixes_state_the_share_of_the_first_image()
    {
        using var scope = NewDisposeScope();
        var (white, black) = (ones(3, 16, 16), zeros(3, 16, 16));
        foreach (IImageMix mix in new IImageMix[] { new MixUp { Alpha = 1 }, new CutMix() })
        {
            var shares = new List<double>();
            for (var i = 0; i < 40; i++)
            {
                var (image, share) = mix.Mix(white, black, Random(i));
                Assert.Equal(share, image.mean().item<float>(), 4);
                shares.Add(share);
            }
            Assert.True(shares.Max() - shares.Min() > 0.5);
        }
        Assert.Equal(1, white.mean().item<float>());
    }

    private static SeededRandom Random(int index) => SeededRandom.Create(new NoiseKey(7, Index: index), "test");

    private float[] Apply(IImageAugmentation augmentation, int index)
    {
        using var result = augmentation.Apply(_image, Random(index));
        return Values(result);
    }

    private static float[] Values(Tensor tensor)
    {
        using var contiguous = tensor.contiguous();
        return contiguous.data<float>().ToArray();
    }
}
