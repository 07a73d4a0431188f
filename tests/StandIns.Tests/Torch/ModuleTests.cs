using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace StandIns.Tests.Torch;

/// <summary>Registration, names, moves: as the real library does it.</summary>
public class ModuleTests
{
    [Fact]
    public void Fields_are_registered_by_name_and_state_lists_parameters_before_buffers()
    {
        using var module = new WithFields();
        Assert.Equal(["scale", "linear.weight", "linear.bias"], module.named_parameters().Select(pair => pair.name));
        Assert.Equal(["scale", "linear.weight", "linear.bias", "offset"], module.state_dict().Keys);
        Assert.Equal(["linear"], module.named_modules().Select(pair => pair.name));
    }

    [Fact]
    public void Becoming_part_of_a_module_registers_the_fields_that_have_no_name_yet()
    {
        using var module = new Parent();
        Assert.Equal(["child.inner.weight", "child.inner.bias"], module.named_parameters().Select(pair => pair.name));
    }

    [Fact]
    public void Lists_number_their_modules_and_plain_lists_are_not_seen()
    {
        using var module = new WithLists();
        Assert.Equal(["listed.0.weight", "listed.0.bias"], module.named_parameters().Select(pair => pair.name));
    }

    [Fact]
    public void A_change_of_type_replaces_the_parameters_and_fields_of_their_name()
    {
        using var module = new WithFields();
        var (scale, weight) = (module.scale, module.linear.weight);
        module.to(ScalarType.Float32);
        Assert.Same(scale, module.scale);
        module.to(ScalarType.Float64);
        Assert.True(scale.IsInvalid);
        Assert.True(weight.IsInvalid);
        Assert.Equal(ScalarType.Float64, module.scale.dtype);
        Assert.Equal(ScalarType.Float64, module.linear.weight.dtype);
        Assert.True(module.linear.weight.requires_grad);
        using var output = module.forward(ones(1, 2, dtype: ScalarType.Float64));
        Assert.Equal(ScalarType.Float64, output.dtype);
    }

    [Fact]
    public void GroupNorm_has_no_values_until_they_are_given()
    {
        using var norm = nn.GroupNorm(2, 4);
        Assert.All(norm.weight.data<float>(), value => Assert.True(float.IsNaN(value)));
        nn.init.ones_(norm.weight);
        nn.init.zeros_(norm.bias!);
        using var output = norm.forward(rand(new long[] { 1, 4, 2, 2 }));
        Assert.True(output.isfinite().all().ToBoolean());
    }

    [Fact]
    public void Sequential_leaves_its_input_alone()
    {
        using var sequential = nn.Sequential(nn.Identity(), nn.ReLU(), nn.Dropout(0.5));
        sequential.eval();
        using var input = tensor(new float[] { -1, 2 });
        using var output = sequential.forward(input);
        Assert.Equal([0f, 2f], output.data<float>().ToArray());
        Assert.False(input.IsInvalid);
        Assert.Equal([-1f, 2f], input.data<float>().ToArray());
    }

    [Fact]
    public void Call_runs_hooks_and_forward_does_not()
    {
        using var layer = nn.Identity();
        var calls = 0;
        var hook = layer.register_forward_hook((_, _, output) =>
        {
            calls++;
            return output;
        });
        using var input = ones(1);
        layer.forward(input).Dispose();
        Assert.Equal(0, calls);
        layer.call(input).Dispose();
        Assert.Equal(1, calls);
        hook.remove();
        layer.call(input).Dispose();
        Assert.Equal(1, calls);
    }

    [Fact]
    public void Loading_a_state_casts_broadcasts_and_names_what_is_missing()
    {
        using var linear = nn.Linear(2, 3);
        using var weight = ones(1, 2, dtype: ScalarType.Float64);
        var state = new Dictionary<string, Tensor> { ["weight"] = weight };
        Assert.Throws<InvalidOperationException>(() => linear.load_state_dict(state));
        var (missing, unexpected) = linear.load_state_dict(state, strict: false);
        Assert.Equal(["bias"], missing);
        Assert.Empty(unexpected);
        Assert.All(linear.weight.data<float>(), value => Assert.Equal(1f, value));
    }

    private sealed class WithFields : nn.Module<Tensor, Tensor>
    {
        public Parameter scale = new(ones(2));
        public Linear linear = nn.Linear(2, 2);
        private readonly Tensor offset = zeros(1);

        public WithFields() : base(nameof(WithFields)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return (linear.forward(input) * scale + offset).MoveToOuterDisposeScope();
        }
    }

    private sealed class Unregistered : nn.Module<Tensor, Tensor>
    {
        private readonly Linear inner = nn.Linear(1, 1);

        public Unregistered() : base(nameof(Unregistered))
        {
        }

        public override Tensor forward(Tensor input) => inner.forward(input);
    }

    private sealed class Parent : nn.Module
    {
        public Parent() : base(nameof(Parent)) => register_module("child", new Unregistered());
    }

    private sealed class WithLists : nn.Module
    {
        private readonly ModuleList<nn.Module<Tensor, Tensor>> listed = nn.ModuleList<nn.Module<Tensor, Tensor>>(nn.Linear(1, 1), nn.ReLU());
        private readonly List<nn.Module> ignored = [nn.Linear(1, 1)];

        public WithLists() : base(nameof(WithLists))
        {
            RegisterComponents();
            Assert.NotEmpty(ignored);
            Assert.Equal(2, listed.Count);
        }
    }
}
