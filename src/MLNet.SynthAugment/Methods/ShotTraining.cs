using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Files;
using SixLabors.ImageSharp.Processing;

namespace MLNet.SynthAugment.Methods;

/// <summary>What all trainings on shots share: small images, and checkpoints in the store's state folder.</summary>
internal static class ShotTraining
{
    /// <summary>
    /// A shot whose shorter side has the model's size, as training would bring it to in any case: so all shots of a run
    /// fit into memory.
    /// </summary>
    /// <param name="shot">The shot.</param>
    /// <param name="imageSize">The model's image size in pixels.</param>
    /// <returns>A new image that the caller disposes.</returns>
    public static Image<Rgb24> OpenSmall(Shot shot, int imageSize)
    {
        using var image = shot.OpenImage();
        return ImageResizing.ResizeShortestEdge(image, imageSize, KnownResamplers.Triangle);
    }

    /// <summary>The folder of a training's checkpoint.</summary>
    /// <param name="context">The run.</param>
    /// <param name="name">What is learnt.</param>
    public static string CheckpointFolder(SynthesisContext context, string name) =>
        StoreLayout.CheckpointOf(context.StateFolder, name);

    /// <summary>
    /// Deletes the checkpoint of a training whose outcome is in its place: several times its size, which adds up where
    /// each shot has an adapter. Not before, so that a process that is killed just then loses nothing.
    /// </summary>
    public static void DeleteCheckpoint(SynthesisContext context, string name)
    {
        try
        {
            if (Directory.Exists(CheckpointFolder(context, name)))
                Directory.Delete(CheckpointFolder(context, name), recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Another run deletes it too, or the store cannot be written: what is needed is there.
        }
    }
}
