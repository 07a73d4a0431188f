namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>Learning rates by epoch. The first takes effect when the scheduler is made.</summary>
        public static class lr_scheduler
        {
            public static LRScheduler LambdaLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false) =>
                new ClosedForm(optimizer, last_epoch, verbose, (initial, epoch) => initial * lr_lambda(epoch));

            public static LRScheduler StepLR(Optimizer optimizer, int step_size, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new ClosedForm(optimizer, last_epoch, verbose, (initial, epoch) => initial * Math.Pow(gamma, epoch / step_size));

            public static LRScheduler MultiStepLR(
                Optimizer optimizer, IList<int> milestones, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new ClosedForm(
                    optimizer, last_epoch, verbose, (initial, epoch) => initial * Math.Pow(gamma, milestones.Count(milestone => milestone <= epoch)));

            public static LRScheduler ConstantLR(
                Optimizer optimizer, double factor = 1.0 / 3, int total_iters = 5, int last_epoch = -1, bool verbose = false) =>
                new ClosedForm(optimizer, last_epoch, verbose, (initial, epoch) => epoch < total_iters ? initial * factor : initial);

            public static LRScheduler LinearLR(
                Optimizer optimizer, double start_factor = 1.0 / 3, double end_factor = 1, int total_iters = 5, int last_epoch = -1, bool verbose = false) =>
                new ClosedForm(
                    optimizer,
                    last_epoch,
                    verbose,
                    (initial, epoch) => initial * (start_factor + (end_factor - start_factor) * Math.Min(epoch, total_iters) / total_iters));

            public static LRScheduler ExponentialLR(Optimizer optimizer, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new ClosedForm(optimizer, last_epoch, verbose, (initial, epoch) => initial * Math.Pow(gamma, epoch));

            public static LRScheduler CosineAnnealingLR(
                Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1, bool verbose = false) =>
                new ClosedForm(
                    optimizer,
                    last_epoch,
                    verbose,
                    (initial, epoch) => eta_min + (initial - eta_min) * (1 + Math.Cos(Math.PI * epoch / T_max)) / 2);

            public abstract class LRScheduler
            {
                protected int _step_count;

                private readonly Optimizer _optimizer;
                private readonly bool _verbose;
                private readonly double[] _initialRates;
                private int _epoch;
                private double[] _rates = [];

                protected LRScheduler(Optimizer optimizer, int last_epoch = -1, bool verbose = false)
                {
                    _optimizer = optimizer;
                    _verbose = verbose;
                    _epoch = last_epoch;
                    _initialRates = [.. optimizer.ParamGroups.Select(group => group.InitialLearningRate)];
                }

                private protected IReadOnlyList<double> InitialRates => _initialRates;

                private protected int Epoch => _epoch;

                public virtual void step() => step(null);

                public virtual void step(int? epoch)
                {
                    _step_count++;
                    _epoch = epoch ?? _epoch + 1;
                    _rates = [.. get_lr()];
                    foreach (var (group, rate) in _optimizer.ParamGroups.Zip(_rates))
                    {
                        group.LearningRate = rate;
                        if (_verbose)
                            Console.WriteLine($"Adjusting learning rate to {rate}");
                    }
                }

                public IEnumerable<double> get_last_lr() => _rates;

                protected virtual IEnumerable<double> get_lr() => _optimizer.ParamGroups.Select(group => group.LearningRate);
            }

            /// <summary>A learning rate that is a function of the initial rate and the epoch.</summary>
            private sealed class ClosedForm : LRScheduler
            {
                private readonly Func<double, int, double> _rate;

                public ClosedForm(Optimizer optimizer, int last_epoch, bool verbose, Func<double, int, double> rate)
                    : base(optimizer, last_epoch, verbose)
                {
                    _rate = rate;
                    step();
                }

                protected override IEnumerable<double> get_lr() => InitialRates.Select(initial => _rate(initial, Epoch));
            }
        }
    }
}
