using MLNet.SynthAugment.Tests.Pipelines;
using MLNet.SynthAugment.Tests.Store;

// The test assembly is also the process that tests kill in the middle of its work, let run out of disk space, start
// twice on one store, or score with a saved model.
return args switch
{
    [LearningFit.Word, .. var rest] => LearningFit.Run(rest),
    [ScoringProcess.Word, .. var rest] => ScoringProcess.Run(rest),
    _ when MethodProcess.IsMeant(args) => MethodProcess.Run(args),
    _ => InterruptibleFit.Run(args),
};
