using MLNet.SynthAugment.Benchmarks;

return await BenchmarkCommand.Create().Parse(args).InvokeAsync();
