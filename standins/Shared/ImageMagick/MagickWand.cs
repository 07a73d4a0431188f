using System.Runtime.InteropServices;

namespace StandIns.ImageMagick;

/// <summary>Owns one <c>MagickWand</c>. Not to be shared between threads.</summary>
internal sealed class MagickWand : SafeHandle
{
    // Below this severity ImageMagick only warns.
    private const int ErrorSeverity = 400;

    private MagickWand()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    internal static MagickWand Create()
    {
        MagickLibrary.EnsureStarted();
        var wand = new MagickWand();
        wand.SetHandle(MagickWandNative.NewMagickWand());
        return wand;
    }

    /// <summary>A wand that holds one image of the given interleaved samples.</summary>
    /// <param name="map">The order of the channels, such as "RGBA"; P skips a sample, I is grey.</param>
    internal static unsafe MagickWand FromSamples<T>(ReadOnlySpan<T> samples, int width, int height, string map)
        where T : unmanaged
    {
        var wand = Create();
        fixed (T* pointer = samples)
        {
            wand.Require(MagickWandNative.MagickConstituteImage(wand, (nuint)width, (nuint)height, map, Storage<T>(), pointer));
        }
        return wand;
    }

    internal unsafe T[] ToSamples<T>(int width, int height, string map)
        where T : unmanaged
    {
        var samples = new T[checked(width * height * map.Length)];
        fixed (T* pointer = samples)
        {
            Require(MagickWandNative.MagickExportImagePixels(this, 0, 0, (nuint)width, (nuint)height, map, Storage<T>(), pointer));
        }
        return samples;
    }

    /// <summary>Throws what ImageMagick said, if the call failed.</summary>
    internal void Require(int succeeded)
    {
        var message = TakeMessage(out var severity);
        if (succeeded == 0 || severity >= ErrorSeverity)
            throw new MagickException(message.Length > 0 ? message : "the data is damaged or cut off.");
    }

    /// <summary>The last warning or error, which is then forgotten.</summary>
    internal string TakeMessage(out int severity)
    {
        var text = MagickWandNative.MagickGetException(this, out severity);
        return TakeString(text) ?? "";
    }

    internal string? Property(string name) => TakeString(MagickWandNative.MagickGetImageProperty(this, name));

    protected override bool ReleaseHandle()
    {
        MagickWandNative.DestroyMagickWand(handle);
        return true;
    }

    private static string? TakeString(nint text)
    {
        var result = Marshal.PtrToStringUTF8(text);
        if (text != 0)
            MagickWandNative.MagickRelinquishMemory(text);
        return result;
    }

    private static MagickStorage Storage<T>() =>
        typeof(T) == typeof(byte) ? MagickStorage.Byte
        : typeof(T) == typeof(ushort) ? MagickStorage.UInt16
        : throw new NotSupportedException($"Samples of type {typeof(T)} are not supported.");
}
