namespace MLNet.SynthAugment.Logging;

/// <summary>Sentences to ML.NET's log, and numbers to whoever asked for them.</summary>
internal sealed class SynthesisLog(IChannel channel, IProgress<SynthesisProgress>? progress = null)
{
    public IProgress<SynthesisProgress>? Progress => progress;

    public void Info(string sentence) => channel.Info(MessageSensitivity.UserData, "{0}", sentence);

    public void Warn(string sentence) => channel.Warning(MessageSensitivity.UserData, "{0}", sentence);
}
