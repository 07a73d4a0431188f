using MLNet.SynthAugment.Diffusion.Pretraining.Drawings;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.Vision;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pretraining;

/// <summary>
/// Shows what a model has learnt: a row for each of some training prompts, left a training picture with that prompt,
/// right of it pictures that the model makes from the prompt.
/// </summary>
internal sealed class SamplePicture(LatentDiffusionModel model, TrainingPictures pictures, long seed)
{
    private const int Rows = 8;
    private const int SamplesPerRow = 6;
    private const int Steps = 16;
    private const double GuidanceScale = 2;
    private const int Gap = 2;

    // Far from the numbers that training reaches, so that the pictures on the left are new as well.
    private const long FirstPicture = 1L << 41;

    /// <summary>Draws the sheet and saves it as PNG.</summary>
    public void Save(string path)
    {
        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        var batch = PictureBatch.Draw(pictures, FirstPicture / Rows, Rows, CPU);
        var sheet = new List<Image<Rgb24>>();
        try
        {
            var originals = ImageTensors.ToImages(batch.Pictures);
            for (var row = 0; row < Rows; row++)
            {
                sheet.Add(originals[row]);
                sheet.AddRange(ImageTensors.ToImages(Sample(batch.Prompts[row], row)));
            }
            SaveSheet(sheet, path);
        }
        finally
        {
            sheet.ForEach(image => image.Dispose());
        }
    }

    private Tensor Sample(string prompt, int row)
    {
        using var scope = NewDisposeScope();
        var prompts = new[] { prompt, "" }.SelectMany(model.Tokenizer.EncodePadded).ToArray();
        var texts = model.TextEncoder.forward(tensor(prompts, device: model.Device).reshape(2, -1)).repeat_interleave(SamplesPerRow, dim: 0);
        var size = model.UNet.Config.SampleSize;
        var latents = Noise.Normal(seed, "", row, [SamplesPerRow, model.UNet.Config.InChannels, size, size], "sample picture").to(model.Device);
        var scheduler = new DdimScheduler(model.SchedulerConfig);
        scheduler.SetTimesteps(Steps);
        for (var step = 0; step < Steps; step++)
        {
            var output = model.UNet.forward(cat([latents, latents]), tensor(scheduler.Timesteps[step], device: model.Device), texts).chunk(2);
            latents = scheduler.Step(output[1] + (GuidanceScale * (output[0] - output[1])), step, latents).PreviousSample;
        }
        return model.Vae.Decode(latents / model.Vae.Config.ScalingFactor).MoveToOuterDisposeScope();
    }

    private static void SaveSheet(List<Image<Rgb24>> images, string path)
    {
        const int columns = SamplesPerRow + 1;
        var pitch = images[0].Width + Gap;
        using var sheet = new Image<Rgb24>(columns * pitch, Rows * pitch);
        for (var i = 0; i < images.Count; i++)
        {
            for (var y = 0; y < images[i].Height; y++)
            {
                for (var x = 0; x < images[i].Width; x++)
                    sheet[((i % columns) * pitch) + x, ((i / columns) * pitch) + y] = images[i][x, y];
            }
        }
        sheet.SaveAsPng(path);
    }
}
