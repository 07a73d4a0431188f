using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What the optimisers have in common: state tensors by parameter, and the walk over groups.</summary>
public abstract class OptimizerHelper : optim.Optimizer
{
    // By native handle: a parameter that Module.to has replaced begins anew.
    private readonly Dictionary<IntPtr, Dictionary<string, Tensor>> _stateTensors = [];
    private readonly Dictionary<IntPtr, long> _steps = [];

    public OptimizerHelper()
    {
    }

    public override Tensor? step(Func<Tensor>? closure = null)
    {
        Tensor? loss = null;
        if (closure is not null)
        {
            using var _ = enable_grad();
            loss = closure();
        }
        using var __ = no_grad();
        foreach (var group in _parameter_groups)
        {
            foreach (var parameter in group.Parameters)
            {
                using var scope = NewDisposeScope();
                if (parameter.grad is { } gradient)
                    Update(group, parameter, gradient, _steps[parameter.Handle] = _steps.GetValueOrDefault(parameter.Handle) + 1);
            }
        }
        return loss;
    }

    public override void add_param_group(ParamGroup param_group)
    {
        param_group.InitialLearningRate = param_group.LearningRate;
        base.add_param_group(param_group);
    }

    /// <summary>One step of one parameter, inside a dispose scope and without gradients. Steps count from 1.</summary>
    private protected abstract void Update(ParamGroup group, Parameter parameter, Tensor gradient, long step);

    /// <summary>A state tensor of a parameter, made of zeros at first.</summary>
    private protected Tensor State(Parameter parameter, string name)
    {
        if (!_stateTensors.TryGetValue(parameter.Handle, out var tensors))
            _stateTensors[parameter.Handle] = tensors = [];
        if (!tensors.TryGetValue(name, out var tensor))
            tensors[name] = tensor = parameter.zeros_like().DetachFromDisposeScope();
        return tensor;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            foreach (var tensor in _stateTensors.Values.SelectMany(tensors => tensors.Values))
                tensor.Dispose();
        _stateTensors.Clear();
        base.Dispose(disposing);
    }
}
