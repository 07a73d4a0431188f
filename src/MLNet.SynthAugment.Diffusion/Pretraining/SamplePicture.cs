using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Pretraining.Drawings;
using MLNet.SynthAugment.Diffusion.Vision;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pretraining;

/// <summary>
/// Shows what a model has learnt: a row for each of some training prompts, left a training picture with that prompt,
/// right of it pictures that the model makes from the prompt.
/// </summary>
internal sealed class SamplePicture(LatentDiffusionModel model, TrainingPictures pictures, long seed, int samplesPerPrompt)
{
    private const int Rows = 8;
    private const int Gap = 2;
    private static readonly SamplingOptions s_sampling = new() { Steps = 16, GuidanceScale = 2 };

    // Far from the numbers that training reaches, so that the pictures on the left are new as well.
    private const long FirstPicture = 1L << 41;

    /// <summary>Draws the sheet and saves it as PNG.</summary>
    public void Save(string path)
    {
        using var scope = NewDisposeScope();
        var batch = PictureBatch.Draw(pictures, FirstPicture / Rows, Rows, CPU);
        var pipeline = new TextToImagePipeline(model);
        var sheet = new List<Image<Rgb24>>();
        try
        {
            var originals = ImageTensors.ToImages(batch.Pictures);
            for (var row = 0; row < Rows; row++)
            {
                sheet.Add(originals[row]);
                var requests = Enumerable.Range(0, samplesPerPrompt).Select(i => new ImageRequest(batch.Prompts[row], seed, $"sample picture {row}", i));
                sheet.AddRange(pipeline.Generate([.. requests], s_sampling));
            }
            SaveSheet(sheet, columns: samplesPerPrompt + 1, path);
        }
        finally
        {
            sheet.ForEach(image => image.Dispose());
        }
    }

    private static void SaveSheet(List<Image<Rgb24>> images, int columns, string path)
    {
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
