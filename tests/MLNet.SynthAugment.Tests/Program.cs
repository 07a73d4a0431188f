using MLNet.SynthAugment.Tests.Store;

// The test assembly is also the process that a test kills in the middle of its work, or that runs out of disk space.
return args is [LearningFit.Word, .. var rest] ? LearningFit.Run(rest) : InterruptibleFit.Run(args);
