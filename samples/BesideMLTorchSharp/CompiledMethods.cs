using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.ML.TorchSharp;

namespace BesideMLTorchSharp;

/// <summary>
/// Compiles every method of Microsoft.ML.TorchSharp: one that calls what this TorchSharp lacks does not compile.
/// </summary>
internal static class CompiledMethods
{
    private const BindingFlags Declared = BindingFlags.DeclaredOnly
        | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    public static void Report()
    {
        var package = typeof(TorchSharpCatalog).Assembly;
        var methods = package.GetTypes().SelectMany(type => Closed(type).GetMembers(Declared)).OfType<MethodBase>()
            .Where(method => method.GetMethodBody() is not null)
            .ToList();
        var failures = methods
            .Select(method => (Name: $"{method.DeclaringType!.Name}.{method.Name}", Error: Compile(method)))
            .Where(result => result.Error is not null)
            .OrderBy(result => result.Name, StringComparer.Ordinal)
            .ToList();

        var builtFor = package.GetReferencedAssemblies().Single(assembly => assembly.Name == "TorchSharp").Version!;
        var here = typeof(TorchSharp.torch).Assembly.GetName().Version!;
        Console.WriteLine($"Microsoft.ML.TorchSharp, built for TorchSharp {builtFor}, on {here}: "
            + $"{methods.Count - failures.Count} methods compile, {failures.Count} do not");
        foreach (var (name, error) in failures)
            Console.WriteLine($"does not compile: {name}: {error!.Message}");
    }

    private static Exception? Compile(MethodBase method)
    {
        try
        {
            var closed = method is MethodInfo { IsGenericMethodDefinition: true } generic
                ? generic.MakeGenericMethod(Arguments(generic.GetGenericArguments()))
                : method;
            Type[] own = closed.IsGenericMethod ? closed.GetGenericArguments() : [];
            var arguments = closed.DeclaringType!.GetGenericArguments().Concat(own).Select(type => type.TypeHandle);
            RuntimeHelpers.PrepareMethod(closed.MethodHandle, [.. arguments]);
            return null;
        }
        catch (Exception exception) when (exception is MemberAccessException or TypeLoadException)
        {
            return exception;
        }
    }

    private static Type Closed(Type type) =>
        type.IsGenericTypeDefinition ? type.MakeGenericType(Arguments(type.GetGenericArguments())) : type;

    // Which types are put in does not matter: what the code calls has to be there.
    private static Type[] Arguments(Type[] parameters) => Array.ConvertAll(parameters, parameter =>
        parameter.GetGenericParameterConstraints().FirstOrDefault(type => type != typeof(ValueType)) ?? typeof(int));
}
