using MLNet.SynthAugment.Diffusion.Tests.Training;

// The test assembly is also the process that a test kills in the middle of its work.
return InterruptibleTraining.Run(args);
