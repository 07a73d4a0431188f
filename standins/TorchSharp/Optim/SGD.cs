using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Stochastic gradient descent with momentum (Sutskever et al. 2013).</summary>
public class SGD : OptimizerHelper, optim.IMomentum
{
    private readonly bool _nesterov;
    private readonly bool _maximize;
    private readonly double _dampening;
    private readonly double _weightDecay;

    public SGD(
        IEnumerable<Parameter> parameters, double lr, double momentum = 0, double dampening = 0,
        double weight_decay = 0, bool nesterov = false, bool maximize = false)
    {
        Momentum = momentum;
        _dampening = dampening;
        _weightDecay = weight_decay;
        _nesterov = nesterov;
        _maximize = maximize;
        add_param_group(new ParamGroup { Parameters = parameters, LearningRate = lr });
    }

    public double Momentum { get; set; }

    private protected override void Update(Modules.ParamGroup group, Parameter parameter, Tensor gradient, long step)
    {
        if (_maximize)
            gradient = gradient.neg();
        if (_weightDecay != 0)
            gradient = gradient.add(parameter, _weightDecay);
        if (Momentum != 0)
        {
            var buffer = State(parameter, "momentum_buffer");
            if (step == 1)
                buffer.copy_(gradient);
            else
                buffer.mul_(Momentum).add_(gradient, 1 - _dampening);
            gradient = _nesterov ? gradient.add(buffer, Momentum) : buffer;
        }
        parameter.add_(gradient, -group.LearningRate);
    }
}
