using MLNet.SynthAugment.Diffusion.ImageSets;

namespace MLNet.SynthAugment.Diffusion.Tests.Images;

/// <summary>
/// Damaged files of every format: each is an image or is refused with a reason, in bounded time and memory. A crash of
/// native code would end the test run.
/// </summary>
public sealed class MutatedImageTests
{
    private const long MaxPixels = 1_000_000;

    // Pixels at 4 bytes and twice at 3, a decoder's own buffers, and what the runtime takes for the test.
    private const double MaxBytes = 100e6;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    public static TheoryData<string> Formats => [.. EncodedImages.Formats];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Damaged_files_are_refused_or_read(string format) => Decode(format, count: 300);

    [LongTheory]
    [MemberData(nameof(Formats))]
    public void Ten_thousand_damaged_files_are_refused_or_read(string format) => Decode(format, count: 10_000);

    private static void Decode(string format, int count)
    {
        var decoder = new BoundedImageDecoder(MaxPixels);
        using var first = TestImages.Pattern(37, 29, 1);
        using var second = TestImages.Pattern(64, 16, 2);
        byte[][] files = [EncodedImages.Encode(first, format), EncodedImages.Encode(second, format)];
        Assert.All(files, file => Assert.Null(Attempt(decoder, file)));
        var random = new Random(20261201);
        var refused = 0;
        var peak = ResidentMemory.PeakDuring(() =>
        {
            for (var i = 0; i < count; i++)
            {
                var content = Mutate(files[i % 2], files[1 - (i % 2)], random);
                var decoding = Task.Run(() => Attempt(decoder, content));
                Assert.True(decoding.Wait(s_patience), $"File {i} took more than {s_patience.TotalSeconds} s.");
                if (decoding.Result is not { } reason)
                    continue;
                refused++;
                Assert.False(string.IsNullOrWhiteSpace(reason), $"File {i} is refused without a reason.");
                Assert.DoesNotContain("\n", reason);
            }
        });
        Assert.InRange(peak, 0, MaxBytes);
        Assert.InRange(refused, 1, count);
    }

    private static string? Attempt(BoundedImageDecoder decoder, byte[] content)
    {
        if (!decoder.TryDecode(content, out var image, out var reason))
            return reason;
        using (image)
            Assert.InRange((long)image.Width * image.Height, 1, MaxPixels);
        return null;
    }

    private static byte[] Mutate(byte[] file, byte[] other, Random random)
    {
        var content = file.ToList();
        for (var times = random.Next(1, 4); times > 0 && content.Count > 1; times--)
        {
            var at = random.Next(content.Count);
            var length = random.Next(1, Math.Min(64, content.Count - at) + 1);
            switch (random.Next(7))
            {
                case 0:
                    content[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    for (var i = 0; i < length; i++)
                        content[at + i] = (byte)random.Next(256);
                    break;
                case 2:
                    content.RemoveRange(at, length);
                    break;
                case 3:
                    content.InsertRange(at, content.GetRange(at, length));
                    break;
                case 4:
                    content.RemoveRange(at, content.Count - at);
                    break;
                case 5:
                    content.InsertRange(at, other.Skip(random.Next(other.Length)).Take(length));
                    break;
                // Sizes, lengths and offsets of headers, often at their extremes.
                default:
                    content[random.Next(Math.Min(64, content.Count))] = random.Next(2) == 0 ? byte.MaxValue : (byte)0;
                    break;
            }
        }
        return [.. content];
    }
}
