using Microsoft.ML.Runtime;

namespace MLNet.SynthAugment;

/// <summary>Sentences to ML.NET's log.</summary>
internal sealed class SynthesisLog(IChannel channel)
{
    public void Info(string sentence) => channel.Info(MessageSensitivity.UserData, "{0}", sentence);

    public void Warn(string sentence) => channel.Warning(MessageSensitivity.UserData, "{0}", sentence);
}
