using MLNet.SynthAugment.Cli.Compare;
using MLNet.SynthAugment.Cli.Convert;
using MLNet.SynthAugment.Cli.Draw;
using MLNet.SynthAugment.Cli.Evaluate;
using MLNet.SynthAugment.Cli.Generate;
using MLNet.SynthAugment.Cli.Hosting;
using MLNet.SynthAugment.Cli.Inspect;
using MLNet.SynthAugment.Cli.Pretrain;
using MLNet.SynthAugment.Cli.Report;
using MLNet.SynthAugment.Golden;

KeptMemory.Keep();
var root = new RootCommand("Synthesises training images with latent diffusion models.")
{
    GenerateCommand.Create(),
    EvaluateCommand.Create(),
    CompareCommand.Create(),
    ReportCommand.Create(),
    InspectCommand.Create(),
    PretrainCommand.Create(),
    DrawCommand.Create(),
    GoldenCommand.Create(),
    ConvertCommand.Create(),
};
// On Ctrl-C a command first writes its checkpoint: give it time for that.
var invocation = new InvocationConfiguration
{ ProcessTerminationTimeout = TimeSpan.FromMinutes(2), EnableDefaultExceptionHandler = false };
var parsed = root.Parse(args);
return await CommandErrors.ReportAsync(() => parsed.InvokeAsync(invocation), parsed.CommandResult.Command);
