using System.Numerics;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp;

public readonly partial struct Color : IEquatable<Color>
{
    private readonly Vector4 _scaled;

    public Color(Vector4 vector) => _scaled = Vector4.Clamp(vector, Vector4.Zero, Vector4.One);

    public Color(Rgba32 pixel) => _scaled = pixel.ToScaledVector4();

    public Color(Rgb24 pixel) => _scaled = pixel.ToScaledVector4();

    public static explicit operator Vector4(Color color) => color._scaled;

    public static explicit operator Color(Vector4 source) => new(source);

    public static bool operator ==(Color left, Color right) => left.Equals(right);

    public static bool operator !=(Color left, Color right) => !left.Equals(right);

    public static Color FromRgb(byte r, byte g, byte b) => new(new Rgb24(r, g, b));

    public static Color FromRgba(byte r, byte g, byte b, byte a) => new(new Rgba32(r, g, b, a));

    public static Color FromPixel<TPixel>(TPixel pixel)
        where TPixel : unmanaged, IPixel<TPixel>
        => new(pixel.ToScaledVector4());

    public static Color ParseHex(string hex) =>
        TryParseHex(hex, out var color) ? color : throw new ArgumentException($"'{hex}' is not a hexadecimal colour such as FF8800.", nameof(hex));

    public static bool TryParseHex(string hex, out Color result)
    {
        result = default;
        var digits = hex?.TrimStart('#') ?? "";
        if (digits.Length is 3 or 4)
            digits = string.Concat(digits.Select(digit => new string(digit, 2)));
        if (digits.Length == 6)
            digits += "FF";
        if (digits.Length != 8 || !digits.All(char.IsAsciiHexDigit))
            return false;
        var bytes = Convert.FromHexString(digits);
        result = FromRgba(bytes[0], bytes[1], bytes[2], bytes[3]);
        return true;
    }

    public Color WithAlpha(float alpha) => new(_scaled with { W = alpha });

    public TPixel ToPixel<TPixel>()
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var pixel = default(TPixel);
        pixel.FromScaledVector4(_scaled);
        return pixel;
    }

    public string ToHex() => ToPixel<Rgba32>().ToHex();

    public bool Equals(Color other) => ToPixel<Rgba64>().Equals(other.ToPixel<Rgba64>());

    public override bool Equals(object? obj) => obj is Color other && Equals(other);

    public override int GetHashCode() => ToPixel<Rgba64>().GetHashCode();

    public override string ToString() => ToHex();
}
