using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace MLNet.SynthAugment.ApiChecking;

/// <summary>Spells members as the normalised lines of an API list.</summary>
/// <param name="exactParameters">
/// Compare parameter names and defaults too, as callers in C# see them; otherwise only what a compiled caller depends on.
/// </param>
internal sealed class MemberFormatter(ApiStyle style, bool exactParameters)
{
    /// <summary>Stands for any parameter name, with or without a default.</summary>
    internal const char AnyName = '\u0002';

    private static readonly Dictionary<string, string> _operators = new()
    {
        ["op_Addition"] = "+",
        ["op_Subtraction"] = "-",
        ["op_UnaryNegation"] = "-",
        ["op_UnaryPlus"] = "+",
        ["op_Multiply"] = "*",
        ["op_Division"] = "/",
        ["op_Modulus"] = "%",
        ["op_Equality"] = "==",
        ["op_Inequality"] = "!=",
        ["op_LessThan"] = "<",
        ["op_LessThanOrEqual"] = "<=",
        ["op_GreaterThan"] = ">",
        ["op_GreaterThanOrEqual"] = ">=",
        ["op_BitwiseAnd"] = "&",
        ["op_BitwiseOr"] = "|",
        ["op_ExclusiveOr"] = "^",
        ["op_OnesComplement"] = "~",
        ["op_LogicalNot"] = "!",
    };

    /// <summary>Null for members that are no part of the API of their own: accessors, private members.</summary>
    internal string? Format(MemberInfo member) => member switch
    {
        MethodBase { IsPublic: false, IsFamily: false, IsFamilyOrAssembly: false } => null,
        ConstructorInfo { IsStatic: true } => null,
        ConstructorInfo constructor => $"{Access(constructor)}{ConstructorName(constructor.DeclaringType!)}({Parameters(constructor)})",
        MethodInfo method => Format(method),
        PropertyInfo property => Format(property),
        FieldInfo field => Format(field),
        EventInfo { AddMethod: { } add } item when IsVisible(add) =>
            $"{Access(add)}{Static(add)}event {new TypeNames(style).Format(item.EventHandlerType!)} {item.Name}",
        _ => null,
    };

    /// <summary>Kind, modifiers and, of delegates, the signature.</summary>
    internal string FormatType(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type) && type.GetMethod("Invoke") is { } invoke)
            return $"delegate {Type(invoke.ReturnType, invoke.ReturnParameter)}({Parameters(invoke)})";
        if (type.IsEnum)
            return "enum";
        if (type.IsInterface)
            return "interface";
        if (type.IsValueType)
            return (IsReadOnly(type) ? "readonly " : "") + (type.IsByRefLike ? "ref " : "") + "struct";
        return (type.IsAbstract && type.IsSealed ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "") + "class";
    }

    internal static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    internal string ConstructorName(Type type) => style == ApiStyle.Plain ? ".ctor" : type.Name.Split('`')[0];

    private static bool IsReadOnly(Type type) => type.IsDefined(typeof(IsReadOnlyAttribute), false);

    private string Format(MethodInfo method)
    {
        var modifiers = Access(method) + Static(method);
        var result = Type(method.ReturnType, method.ReturnParameter);
        if (method.ReturnType.IsByRef)
            result = "ref " + result;
        if (method.IsSpecialName && style == ApiStyle.TorchSharp)
        {
            if (method.Name is "op_Implicit" or "op_Explicit")
                return $"{modifiers}{(method.Name == "op_Implicit" ? "implicit" : "explicit")} operator {result}({Parameters(method)})";
            if (_operators.TryGetValue(method.Name, out var symbol))
                return $"{modifiers}{result} operator {symbol}({Parameters(method)})";
        }
        var typeParameters = method.IsGenericMethodDefinition
            ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>"
            : "";
        return $"{modifiers}{result} {method.Name}{typeParameters}({Parameters(method)}){Constraints(method)}";
    }

    private string? Format(PropertyInfo property)
    {
        var accessors = property.GetAccessors(nonPublic: true).Where(IsVisible).ToList();
        if (accessors.Count == 0)
            return null;
        var widest = accessors.FirstOrDefault(accessor => accessor.IsPublic) ?? accessors[0];
        var type = Type(property.PropertyType, property);
        if (property.PropertyType.IsByRef)
            type = "ref " + type;
        var index = property.GetIndexParameters();
        var name = index.Length > 0 ? $"this[{Parameters(index)}]" : property.Name;
        return $"{Access(widest)}{Static(widest)}{type} {name} {{ {Accessor(property.GetMethod, "get", widest)}{Accessor(property.SetMethod, SetterName(property), widest)}}}";
    }

    private static string SetterName(PropertyInfo property) =>
        property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true ? "init" : "set";

    private static string Accessor(MethodInfo? accessor, string name, MethodInfo widest)
    {
        if (accessor is null || !IsVisible(accessor))
            return "";
        return (widest.IsPublic && !accessor.IsPublic ? "protected " : "") + name + "; ";
    }

    private string? Format(FieldInfo field)
    {
        if (!field.IsPublic && !field.IsFamily && !field.IsFamilyOrAssembly)
            return null;
        if (field.DeclaringType!.IsEnum)
            return field.IsLiteral ? $"{field.Name} = {Convert.ToDecimal(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}" : null;
        var access = field.IsPublic ? "public " : "protected ";
        var type = Type(field.FieldType, field);
        if (field.IsLiteral)
            return $"{access}const {type} {field.Name} = {Constant(field.GetRawConstantValue(), field.FieldType)}";
        return $"{access}{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{type} {field.Name}";
    }

    private static string Access(MethodBase method) =>
        method.DeclaringType!.IsInterface ? "" : method.IsPublic ? "public " : "protected ";

    private static string Static(MethodBase method) => method.IsStatic ? "static " : "";

    private string Type(Type type, ICustomAttributeProvider place) => new TypeNames(style, place).Format(type);

    private string Parameters(MethodBase method)
    {
        var extension = method.IsDefined(typeof(ExtensionAttribute), false) ? "this " : "";
        return extension + Parameters(method.GetParameters());
    }

    private string Parameters(IEnumerable<ParameterInfo> parameters) => string.Join(", ", parameters.Select(Parameter));

    private string Parameter(ParameterInfo parameter)
    {
        var passing = parameter switch
        {
            { ParameterType.IsByRef: true, IsOut: true } => "out ",
            { ParameterType.IsByRef: true, IsIn: true } => "in ",
            { ParameterType.IsByRef: true } => "ref ",
            _ when parameter.IsDefined(typeof(ParamArrayAttribute), false) || parameter.IsDefined(typeof(ParamCollectionAttribute), false) => "params ",
            _ => "",
        };
        var type = passing + Type(parameter.ParameterType, parameter) + " ";
        if (!exactParameters)
            return type + AnyName;
        var value = parameter.HasDefaultValue ? " = " + Constant(parameter.RawDefaultValue, parameter.ParameterType) : "";
        return type + parameter.Name + value;
    }

    private string Constant(object? value, Type type)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        return value switch
        {
            null => type.IsValueType && Nullable.GetUnderlyingType(type) is null ? "default" : "null",
            _ when bare.IsEnum => $"{new TypeNames(style, markReferences: false).Format(bare)}.{Enum.GetName(bare, value)}",
            bool flag => flag ? "true" : "false",
            string text => $"\"{text}\"",
            '\t' => "'\\t'",
            char character => $"'{character}'",
            double.PositiveInfinity or float.PositiveInfinity => "double.PositiveInfinity",
            double.NegativeInfinity or float.NegativeInfinity => "double.NegativeInfinity",
            _ => Signature.Number(Convert.ToString(value, CultureInfo.InvariantCulture)!),
        };
    }

    private string Constraints(MethodInfo method)
    {
        if (!method.IsGenericMethodDefinition)
            return "";
        return string.Concat(method.GetGenericArguments().Select(argument => Constraints(argument)));
    }

    internal string Constraints(Type argument)
    {
        var attributes = argument.GenericParameterAttributes;
        var isUnmanaged = argument.GetCustomAttributesData().Any(data => data.AttributeType.Name == "IsUnmanagedAttribute");
        var parts = new List<string>();
        if (isUnmanaged)
            parts.Add("unmanaged");
        else if (attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint))
            parts.Add("struct");
        else if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
            parts.Add("class");
        parts.AddRange(argument.GetGenericParameterConstraints()
            .Where(constraint => constraint != typeof(ValueType))
            .Select(constraint => new TypeNames(style).Format(constraint)));
        if (attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint))
            parts.Add("new()");
        return parts.Count == 0 ? "" : $" where {argument.Name} : {string.Join(", ", parts)}";
    }
}
