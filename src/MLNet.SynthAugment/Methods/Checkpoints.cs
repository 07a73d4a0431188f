using MLNet.SynthAugment.Files;

namespace MLNet.SynthAugment.Methods;

/// <summary>The folders in a store's state folder where trainings that are under way keep their checkpoints.</summary>
internal static class Checkpoints
{
    /// <summary>The folder of a training.</summary>
    /// <param name="context">The run.</param>
    /// <param name="name">What is learnt.</param>
    public static string FolderOf(SynthesisContext context, string name) =>
        StoreLayout.CheckpointOf(context.StateFolder, name);

    /// <summary>
    /// Deletes the checkpoints of a training whose outcome is in its place: several times its size, which adds up where
    /// each shot has an adapter. Not before, so that a process that is killed just then loses nothing.
    /// </summary>
    public static void Delete(SynthesisContext context, string name)
    {
        try
        {
            if (Directory.Exists(FolderOf(context, name)))
                Directory.Delete(FolderOf(context, name), recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Another run deletes it too, or the store cannot be written: what is needed is there.
        }
    }
}
