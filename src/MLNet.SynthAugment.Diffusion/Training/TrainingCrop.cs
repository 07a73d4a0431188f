namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>Which square of an image, whose shorter edge was brought to the model's size, is trained on.</summary>
public enum TrainingCrop
{
    /// <summary>
    /// Another random one in each step (DataDream). Square images have only one and are encoded once.
    /// </summary>
    Random,

    /// <summary>Always the middle one.</summary>
    Center,
}
