namespace SixLabors.ImageSharp.Processing;

public enum GrayscaleMode
{
    Bt709 = 0,
    Bt601 = 1,
}
