namespace StandIns.ImageMagick;

/// <summary>ImageMagick 6's <c>ResourceType</c>: the ones a limit is set for.</summary>
internal enum MagickResource
{
    Disk = 2,
    Map = 4,
    Memory = 5,
    Thread = 6,
}

/// <summary>ImageMagick 6's <c>StorageType</c>: how samples lie in a buffer.</summary>
internal enum MagickStorage
{
    Byte = 1,
    UInt16 = 7,
}

/// <summary>ImageMagick 6's <c>FilterTypes</c>: the resampling kernels used.</summary>
internal enum MagickFilter
{
    Point = 1,
    Box = 2,
    Triangle = 3,
    Hermite = 4,
    CatmullRom = 11,
    Mitchell = 12,
    Welch = 17,
    Lanczos = 22,
    Robidoux = 26,
    RobidouxSharp = 27,
    Spline = 29,
}

/// <summary>ImageMagick 6's <c>ColorspaceType</c>: the ones told apart.</summary>
internal enum MagickColorspace
{
    Cmyk = 12,
    Srgb = 13,
}
