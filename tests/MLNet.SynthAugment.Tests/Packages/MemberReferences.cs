using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace MLNet.SynthAugment.Tests.Packages;

/// <summary>A member of a package as an assembly's metadata asks for it.</summary>
/// <param name="Type">Its type with namespace, such as "SixLabors.ImageSharp.Image`1".</param>
/// <param name="Signature">Such as "static !!0 Load`1(Stream, int)"; "" for the type itself.</param>
internal sealed record MemberReference(string Type, string Signature);

/// <summary>Reads what an assembly was compiled against: the loader looks for exactly these signatures.</summary>
internal static class MemberReferences
{
    /// <summary>The types and members of a package that an assembly refers to.</summary>
    public static IReadOnlyList<MemberReference> Of(Assembly assembly, string package)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var metadata = file.GetMetadataReader();
        var types = metadata.TypeReferences.Where(type => Package(metadata, type) == package).ToHashSet();
        var references = types.Select(type => new MemberReference(FullName(metadata, type), "")).ToList();
        foreach (var member in metadata.MemberReferences.Select(metadata.GetMemberReference))
        {
            if (Owner(metadata, member.Parent) is { } owner && types.Contains(owner))
                references.Add(new MemberReference(FullName(metadata, owner), Signature(metadata, member)));
        }
        return references;
    }

    private static TypeReferenceHandle? Owner(MetadataReader metadata, EntityHandle parent)
    {
        if (parent.Kind == HandleKind.TypeReference)
            return (TypeReferenceHandle)parent;
        if (parent.Kind != HandleKind.TypeSpecification)
            return null;
        // A generic instance: its mark, class or value type, then the definition.
        var signature = metadata.GetBlobReader(
            metadata.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
        if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
            return null;
        signature.ReadByte();
        return signature.ReadTypeHandle() is { Kind: HandleKind.TypeReference } type ? (TypeReferenceHandle)type : null;
    }

    private static string Package(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var scope = metadata.GetTypeReference(handle).ResolutionScope;
        return scope.Kind switch
        {
            HandleKind.AssemblyReference =>
                metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)scope).Name),
            HandleKind.TypeReference => Package(metadata, (TypeReferenceHandle)scope),
            _ => "",
        };
    }

    private static string FullName(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        var (space, name) = (metadata.GetString(type.Namespace), metadata.GetString(type.Name));
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{FullName(metadata, (TypeReferenceHandle)type.ResolutionScope)}.{name}"
            : $"{space}.{name}";
    }

    private static string Signature(MetadataReader metadata, System.Reflection.Metadata.MemberReference member)
    {
        var (names, name) = (new SignatureNames(), metadata.GetString(member.Name));
        if (member.GetKind() == MemberReferenceKind.Field)
            return $"{member.DecodeFieldSignature(names, null)} {name}";
        var method = member.DecodeMethodSignature(names, null);
        var generic = method.GenericParameterCount > 0 ? $"`{method.GenericParameterCount}" : "";
        return $"{(method.Header.IsInstance ? "" : "static ")}{method.ReturnType} {name}{generic}({string.Join(", ", method.ParameterTypes)})";
    }

    /// <summary>
    /// Types as C# spells them, without namespaces; type parameters are !0 of a type and !!0 of a method.
    /// </summary>
    private sealed class SignatureNames : ISignatureTypeProvider<string, object?>
    {
        public string GetPrimitiveType(PrimitiveTypeCode code) => code switch
        {
            PrimitiveTypeCode.Boolean => "bool",
            PrimitiveTypeCode.Int16 => "short",
            PrimitiveTypeCode.UInt16 => "ushort",
            PrimitiveTypeCode.Int32 => "int",
            PrimitiveTypeCode.UInt32 => "uint",
            PrimitiveTypeCode.Int64 => "long",
            PrimitiveTypeCode.UInt64 => "ulong",
            PrimitiveTypeCode.Single => "float",
            _ => code.ToString().ToLowerInvariant(),
        };

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) =>
            Plain(reader.GetString(reader.GetTypeReference(handle).Name));

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
            Plain(reader.GetString(reader.GetTypeDefinition(handle).Name));

        public string GetTypeFromSpecification(
            MetadataReader reader, object? context, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, context);

        // Lists write int? and string? alike.
        public string GetGenericInstantiation(string type, ImmutableArray<string> arguments) =>
            type == "Nullable" ? arguments[0] : $"{type}<{string.Join(", ", arguments)}>";

        public string GetModifiedType(string modifier, string type, bool isRequired) => isRequired
            ? $"{type} modreq({modifier})" : type;

        public string GetArrayType(string type, ArrayShape shape) => $"{type}[{new string(',', shape.Rank - 1)}]";

        public string GetSZArrayType(string type) => $"{type}[]";

        public string GetByReferenceType(string type) => $"ref {type}";

        public string GetPointerType(string type) => $"{type}*";

        public string GetPinnedType(string type) => type;

        public string GetFunctionPointerType(MethodSignature<string> signature) => "delegate*";

        public string GetGenericTypeParameter(object? context, int index) => $"!{index}";

        public string GetGenericMethodParameter(object? context, int index) => $"!!{index}";

        private static string Plain(string name) => name.Split('`')[0];
    }
}
