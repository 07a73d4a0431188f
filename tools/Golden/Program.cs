using System.CommandLine;
using MLNet.SynthAugment.Golden;

// Under a root, since a command of its own takes a folder of its name, ".../golden", for itself.
return new RootCommand { GoldenCommand.Create() }.Parse(["golden", .. args]).Invoke();
