using MLNet.SynthAugment.Golden;

return GoldenCommand.Create().Parse(args).Invoke();
