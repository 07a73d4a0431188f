using System.Reflection;

namespace Microsoft.ML;

/// <summary>Calls generic code for a type that is known only at run time.</summary>
internal static class Generic
{
    public static MethodInfo Method(Type owner, string name, params Type[] typeArguments) =>
        owner.GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public).MakeGenericMethod(typeArguments);

    /// <summary>Invokes a static method without wrapping what it throws.</summary>
    public static TResult Call<TResult>(this MethodInfo method, params object[] arguments) =>
        (TResult)method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);
}
