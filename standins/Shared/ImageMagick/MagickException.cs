namespace StandIns.ImageMagick;

/// <summary>What ImageMagick said when an operation failed, or when a file could be read only in part.</summary>
internal sealed class MagickException(string message) : Exception(message);
