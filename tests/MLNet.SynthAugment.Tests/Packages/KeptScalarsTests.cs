using System.Reflection;
using Mono.Cecil;
using Mono.Cecil.Cil;
using TorchSharp;

namespace MLNet.SynthAugment.Tests.Packages;

/// <summary>
/// TorchSharp's numbers may be freed while a call reads them, unless something keeps them (docs/performance.md).
/// </summary>
public class KeptScalarsTests
{
    private const string Keeper = "KeptScalars";

    public static TheoryData<string> Libraries() =>
        [.. Directory.GetFiles(AppContext.BaseDirectory, "MLNet.SynthAugment*.dll")
            .Select(Path.GetFileNameWithoutExtension)
        .Where(name => !name!.Contains(".Test", StringComparison.Ordinal)).Select(name => name!)];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void No_call_of_a_library_leaves_a_number_to_the_garbage_collector(string library)
    {
        using var torch = ModuleDefinition.ReadModule(typeof(torch).Assembly.Location);
        using var ours = ModuleDefinition.ReadModule(Assembly.Load(library).Location);
        // What makes temporary numbers of its own: x + y, x * 2, square, …
        var makers = Bodies(torch).Where(method => method.Body.Instructions.Any(MakesScalar))
            .Select(method => method.FullName).ToHashSet();
        Assert.NotEmpty(makers);
        var found = new List<string>();
        foreach (var method in Bodies(ours))
        {
            foreach (var call in method.Body.Instructions)
            {
                if (call.Operand is MethodReference member && makers.Contains(member.FullName)
                    && member.Name != "op_Implicit")
                    found.Add($"{method.FullName} calls {member.FullName}");
                else if (MakesScalar(call) && !IsKept(call.Next))
                    found.Add($"{method.FullName} makes a number that nothing keeps");
            }
        }
        Assert.True(found.Count == 0, $"Use Kept, Plus, SubtractedFrom or Squared:\n{string.Join("\n", found)}");
    }

    private static IEnumerable<MethodDefinition> Bodies(ModuleDefinition module) =>
        module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody);

    private static bool MakesScalar(Instruction call) =>
        call.Operand is MethodReference { ReturnType.FullName: "TorchSharp.Scalar" } member
            && (member.Name is "op_Implicit" or "ToScalar");

    private static bool IsKept(Instruction next) => next.Operand switch
    {
        MethodReference member => member.DeclaringType.Name == Keeper,
        // Its own numbers live as long as the process.
        FieldReference field => field.DeclaringType.Name == Keeper,
        _ => false,
    };
}
