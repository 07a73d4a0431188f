using MLNet.SynthAugment.Tests.Store;

// The test assembly is also the process that tests kill in the middle of its work, or start twice on one store.
return MethodProcess.IsMeant(args) ? MethodProcess.Run(args) : InterruptibleFit.Run(args);
