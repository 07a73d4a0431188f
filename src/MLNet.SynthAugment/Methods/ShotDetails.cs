using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Methods;

/// <summary>A shot as the details of an image name it, beside the one that the manifest's columns name.</summary>
/// <param name="ImageSha256">The hash of its pixels.</param>
/// <param name="Row">Its row; null in files that outlive the data.</param>
internal sealed record ShotDetails(string ImageSha256, long? Row = null)
{
    public static ShotDetails Of(Shot shot) => new(shot.ImageHash, shot.Row);
}
