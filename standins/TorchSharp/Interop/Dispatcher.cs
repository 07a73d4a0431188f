using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace TorchSharp.Interop;

/// <summary>Calls ATen operators by name ("aten::add.Tensor") through libtorch's dispatcher.</summary>
internal static unsafe class Dispatcher
{
    // Enough for the lists of most calls (shapes, strides, indices).
    private const int StackScratchWords = 64;

    private static readonly ConcurrentDictionary<string, nint> Operators = new();

    /// <summary>An operator with one tensor as its result.</summary>
    public static Tensor One(string name, params ReadOnlySpan<Argument> arguments) => new(Single(Invoke(name, arguments)).Pointer);

    /// <summary>An operator that changes its first argument, which is returned.</summary>
    public static Tensor InPlace(string name, params ReadOnlySpan<Argument> arguments)
    {
        NativeMethods.standin_tensor_free(Single(Invoke(name, arguments)).Pointer);
        return (Tensor)arguments[0].Reference!;
    }

    /// <summary>An operator with two tensors as its result.</summary>
    public static (Tensor First, Tensor Second) Two(string name, params ReadOnlySpan<Argument> arguments)
    {
        var tensors = Many(name, arguments);
        return (tensors[0], tensors[1]);
    }

    /// <summary>An operator with three tensors as its result.</summary>
    public static (Tensor First, Tensor Second, Tensor Third) Three(string name, params ReadOnlySpan<Argument> arguments)
    {
        var tensors = Many(name, arguments);
        return (tensors[0], tensors[1], tensors[2]);
    }

    /// <summary>An operator with a list, or several, of tensors as its result.</summary>
    public static Tensor[] Many(string name, params ReadOnlySpan<Argument> arguments) => ToTensors(Invoke(name, arguments))!;

    /// <summary>An operator without a result.</summary>
    public static void Nothing(string name, params ReadOnlySpan<Argument> arguments) => Invoke(name, arguments);

    /// <summary>An operator whose result is a truth value.</summary>
    public static bool Boolean(string name, params ReadOnlySpan<Argument> arguments) => Single(Invoke(name, arguments)).Integer != 0;

    /// <summary>Whether this libtorch has the operator.</summary>
    public static bool Has(string name)
    {
        try
        {
            Operators.GetOrAdd(name, Find);
            return true;
        }
        catch (ExternalException)
        {
            return false;
        }
    }

    /// <summary>Results as tensors; an undefined tensor is null.</summary>
    public static Tensor[] ToTensors(ReadOnlySpan<NativeValue> results)
    {
        var handles = new nint[results.Length];
        for (var i = 0; i < handles.Length; i++)
            handles[i] = results[i].Pointer;
        return Array.ConvertAll(handles, handle => handle == 0 ? null! : new Tensor(handle));
    }

    /// <summary>Native handles of tensors, for a call beside the dispatcher.</summary>
    public static nint[] Handles(IEnumerable<Tensor?>? tensors) =>
        tensors is null ? [] : tensors.Select(tensor => tensor?.Handle ?? 0).ToArray();

    private static NativeValue Single(ReadOnlySpan<NativeValue> results) => results[0];

    [SkipLocalsInit]
    private static ReadOnlySpan<NativeValue> Invoke(string name, ReadOnlySpan<Argument> arguments)
    {
        var op = Operators.TryGetValue(name, out var known) ? known : Operators.GetOrAdd(name, Find);
        var words = 0;
        foreach (ref readonly var argument in arguments)
            words += argument.ScratchWords;

        var heap = words > StackScratchWords ? (nint*)NativeMemory.Alloc((nuint)words, (nuint)sizeof(nint)) : null;
        try
        {
            var local = stackalloc nint[StackScratchWords];
            var scratch = heap != null ? heap : local;
            var values = stackalloc NativeValue[arguments.Length];
            for (var i = 0; i < arguments.Length; i++)
            {
                values[i] = arguments[i].ToNative(scratch);
                scratch += arguments[i].ScratchWords;
            }

            NativeValue* results;
            var count = NativeMethods.Check(NativeMethods.standin_call(op, values, arguments.Length, &results));
            foreach (ref readonly var argument in arguments)
                GC.KeepAlive(argument.Reference);
            return new ReadOnlySpan<NativeValue>(results, (int)count);
        }
        finally
        {
            NativeMemory.Free(heap);
        }
    }

    private static nint Find(string name)
    {
        var dot = name.IndexOf('.');
        fixed (byte* operatorName = Encoding.UTF8.GetBytes((dot < 0 ? name : name[..dot]) + '\0'))
        fixed (byte* overload = Encoding.UTF8.GetBytes((dot < 0 ? "" : name[(dot + 1)..]) + '\0'))
            return NativeMethods.CheckPointer(NativeMethods.standin_find_operator(operatorName, overload));
    }
}
