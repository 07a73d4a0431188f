namespace SixLabors.ImageSharp.Processing;

public enum AnchorPositionMode
{
    Center = 0,
    Top = 1,
    Bottom = 2,
    Left = 3,
    Right = 4,
    TopLeft = 5,
    TopRight = 6,
    BottomRight = 7,
    BottomLeft = 8,
}
