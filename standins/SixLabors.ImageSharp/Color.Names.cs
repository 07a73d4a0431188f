namespace SixLabors.ImageSharp;

public readonly partial struct Color
{
    public static readonly Color Transparent = FromRgba(0, 0, 0, 0);
    public static readonly Color Black = FromRgb(0, 0, 0);
    public static readonly Color White = FromRgb(255, 255, 255);
    public static readonly Color Gray = FromRgb(128, 128, 128);
    public static readonly Color DarkGray = FromRgb(169, 169, 169);
    public static readonly Color LightGray = FromRgb(211, 211, 211);
    public static readonly Color Red = FromRgb(255, 0, 0);
    public static readonly Color Green = FromRgb(0, 128, 0);
    public static readonly Color Lime = FromRgb(0, 255, 0);
    public static readonly Color Blue = FromRgb(0, 0, 255);
    public static readonly Color Yellow = FromRgb(255, 255, 0);
    public static readonly Color Orange = FromRgb(255, 165, 0);
    public static readonly Color Cyan = FromRgb(0, 255, 255);
    public static readonly Color Magenta = FromRgb(255, 0, 255);
}
