using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace Microsoft.ML.Trainers;

/// <summary>Minimises the objective with MathNet.Numerics' limited-memory BFGS.</summary>
internal static class LbfgsSolver
{
    public static MaximumEntropyModelParameters Minimize(
        MaximumEntropyObjective objective, MaximumEntropyModelParameters start, int historySize, double tolerance, int maximumIterations)
    {
        var best = (Value: double.PositiveInfinity, Parameters: Start(objective, start));
        var function = ObjectiveFunction.Gradient(point =>
        {
            var (value, gradient) = objective.Evaluate(point);
            if (value < best.Value)
                best = (value, point.Clone());
            return (value, gradient);
        });

        try
        {
            var minimizer = new LimitedMemoryBfgsMinimizer(
                gradientTolerance: 1e-8, parameterTolerance: 1e-10, functionProgressTolerance: tolerance, historySize, maximumIterations);
            minimizer.FindMinimum(function, best.Parameters.Clone());
        }
        catch (OptimizationException)
        {
            // Out of iterations, or the line search met the limits of single precision: the best point so far is the answer.
        }

        return new MaximumEntropyModelParameters(objective.ClassCount, objective.FeatureCount, objective.Weights(best.Parameters));
    }

    private static Vector<double> Start(MaximumEntropyObjective objective, MaximumEntropyModelParameters start)
    {
        if (start is null)
            return Vector<double>.Build.Dense(objective.ParameterCount);
        if (start.ClassCount != objective.ClassCount || start.FeatureCount != objective.FeatureCount)
        {
            throw new InvalidOperationException(
                $"The initial model has {start.ClassCount} classes and {start.FeatureCount} features, the training data {objective.ClassCount} and {objective.FeatureCount}.");
        }

        return Vector<double>.Build.DenseOfEnumerable(start.AllWeights.Select(weight => (double)weight));
    }
}
