using MLNet.SynthAugment.Tests.Store;

// The test assembly is also the process that tests kill in the middle of its work, let run out of disk space, or start twice on one store.
return args switch
{
    [LearningFit.Word, .. var rest] => LearningFit.Run(rest),
    _ when MethodProcess.IsMeant(args) => MethodProcess.Run(args),
    _ => InterruptibleFit.Run(args),
};
