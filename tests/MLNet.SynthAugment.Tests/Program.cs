using MLNet.SynthAugment.Tests.Store;

// The test assembly is also the process that a test kills in the middle of its work.
return InterruptibleFit.Run(args);
