using System.Diagnostics;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Tests.Training;

public sealed class KilledTrainingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("killed-training-").FullName;

    private string Checkpoint => Path.Combine(_folder, "training.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Killed_while_it_writes_a_checkpoint_training_goes_on_from_the_one_before_bit_by_bit()
    {
        using var uninterrupted = InterruptibleTraining.Train(null, _ => { });
        KillWhileWriting(afterStep: 2);
        KillWhileWriting(afterStep: 5);
        var first = 0;
        using var resumed = InterruptibleTraining.Train(_folder, progress => first = first == 0 ? progress.Step : first);
        Assert.InRange(first, 6, InterruptibleTraining.Steps);
        TinyTraining.AssertBitEqual(uninterrupted, resumed);
        Assert.Equal([Checkpoint], Directory.GetFiles(_folder));
    }

    private void KillWhileWriting(int afterStep)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(InterruptibleTraining).Assembly.Location, _folder]) { RedirectStandardOutput = true })!;
        while (int.Parse(process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The process ended."),
            System.Globalization.CultureInfo.InvariantCulture) < afterStep)
        {
        }
        Assert.True(SpinWait.SpinUntil(
            () => Directory.EnumerateFiles(_folder, "*.tmp").Any() || process.HasExited, TimeSpan.FromMinutes(1)));
        process.Kill();
        process.WaitForExit();
        Assert.NotEqual(0, process.ExitCode);
        using var good = SafetensorsFile.Open(Checkpoint);
        Assert.True(int.Parse(good.Metadata["step"], System.Globalization.CultureInfo.InvariantCulture) >= afterStep);
    }
}
