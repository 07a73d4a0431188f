using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Trainers.Classifiers;

/// <summary>
/// A network that gives images logits for classes. Scoring is safe from several threads, training is not.
/// </summary>
internal abstract class ImageClassifier : IDisposable
{
    /// <summary>Side of the images it takes, in pixels.</summary>
    public abstract int ImageSize { get; }

    /// <summary>Where it computes.</summary>
    public abstract Device Device { get; }

    /// <summary>What training changes; empty if it cannot be trained.</summary>
    public abstract IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>All that training changes: the parameters, and statistics gathered with them.</summary>
    public virtual IReadOnlyList<Tensor> State => Parameters;

    /// <summary>An image as a square of the given side, in the geometry that the network is scored with.</summary>
    public abstract Image<Rgb24> Prepare(Image<Rgb24> image, int size);

    /// <summary>Logits of images.</summary>
    /// <param name="images">float32 [B, 3, S, S], 0 to 1, on the device.</param>
    /// <param name="training">Whether gradients are wanted and layers behave as in training.</param>
    /// <returns>[B, classes].</returns>
    public abstract Tensor Logits(Tensor images, bool training);

    /// <summary>Called when the parameters have their last values.</summary>
    public virtual void FinishTraining()
    {
    }

    /// <summary>The name of the kind of network in <c>classifier.json</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>Writes the weights.</summary>
    /// <param name="folder">The saved classifier's folder.</param>
    /// <returns>What the network is loaded by, as JSON.</returns>
    public abstract JsonNode Save(string folder);

    /// <summary>The classes' probabilities for an image.</summary>
    public float[] Score(Image<Rgb24> image)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var prepared = Prepare(image, ImageSize);
        var pixels = ImageTensors.ToTensor([prepared]).Plus(1) / Kept(2);
        return Logits(pixels.to(Device), training: false).softmax(-1).cpu().ToArray<float>();
    }

    public abstract void Dispose();
}

/// <summary>A network in a saved classifier's folder.</summary>
/// <param name="Folder">The folder with its weights.</param>
/// <param name="Description">What <see cref="ImageClassifier.Save"/> gave.</param>
/// <param name="Model">Another place of the CLIP model; null for the saved one.</param>
/// <param name="Device">Where it computes.</param>
/// <param name="Log">Receives sentences on the device.</param>
internal sealed record SavedNetwork(
    string Folder, JsonElement Description, ImageTextModel? Model, string Device, Action<string> Log)
{
    /// <exception cref="InvalidDataException">The description is none of this type.</exception>
    public T Read<T>()
    {
        try
        {
            return Description.Deserialize<T>() ?? throw new JsonException("it is empty");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException(
                $"The classifier in '{Folder}' is damaged: {error.Message}", error);
        }
    }
}
