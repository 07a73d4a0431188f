namespace SixLabors.ImageSharp.Processing;

public enum ResizeMode
{
    Crop = 0,
    Pad = 1,
    BoxPad = 2,
    Max = 3,
    Min = 4,
    Stretch = 5,
    Manual = 6,
}
