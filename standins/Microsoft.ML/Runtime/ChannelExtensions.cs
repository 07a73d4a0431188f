namespace Microsoft.ML.Runtime;

internal static class ChannelExtensions
{
    /// <summary>Sends one line under the name of the step that speaks.</summary>
    public static void Info(this IHost host, string channel, string message)
    {
        using var ch = host.Start(channel);
        ch.Info(MessageSensitivity.None, message);
    }
}
