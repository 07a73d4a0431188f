using MLNet.SynthAugment.Benchmarks.SeedSelection;

return await BenchmarkCommand.Create().Parse(args).InvokeAsync();
