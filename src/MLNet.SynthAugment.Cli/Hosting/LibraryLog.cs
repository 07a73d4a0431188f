using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.SynthAugment.Cli.Hosting;

/// <summary>What a part of the library has to say, out of ML.NET's log.</summary>
internal static class LibraryLog
{
    /// <summary>Passes its sentences on; ML.NET's own chatter is left out.</summary>
    /// <param name="ml">The context whose log is read.</param>
    /// <param name="component">The name that the part registers with.</param>
    /// <param name="log">Takes sentences on the progress.</param>
    /// <param name="warn">Takes sentences that should not be missed.</param>
    public static void PassOn(MLContext ml, string component, Action<string> log, Action<string> warn) =>
        ml.Log += (_, message) =>
        {
            if (!message.Source.Contains(component, StringComparison.Ordinal))
                return;
            if (message.Kind is ChannelMessageKind.Warning or ChannelMessageKind.Error)
                warn(message.RawMessage);
            else if (message.Kind == ChannelMessageKind.Info)
                log(message.RawMessage);
        };
}
