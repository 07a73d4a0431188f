namespace MLNet.SynthAugment.FewShot;

/// <summary>An image that cannot be read; the message says which and why, without the row.</summary>
internal sealed class UnreadableImageException(string message, Exception? inner = null) : Exception(
    message.TrimEnd('.'), inner);
