using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace MLNet.SynthAugment.ApiChecking;

/// <summary>A type or member of another assembly that an assembly was compiled against.</summary>
public sealed record Reference(MemberInfo Target, int Token);

/// <summary>Reads from an assembly's metadata what it uses of the packages that an API list describes.</summary>
public static class ReferencedMembers
{
    /// <summary>One sentence for each used type or member that its package's list lacks.</summary>
    public static IEnumerable<string> NotListed(Assembly assembly)
    {
        foreach (var reference in Of(assembly))
        {
            var owner = reference.Target as Type ?? reference.Target.DeclaringType!;
            if (ApiLists.For(owner.Assembly.GetName().Name!) is not { } list)
                continue;
            var comparison = new ApiComparison(list, exactParameters: false);
            var isListed = reference.Target is Type type ? comparison.Has(type, out var problem) : comparison.Has(reference.Target, out problem);
            if (!isListed)
                yield return $"{problem}\n      used in: {string.Join(", ", Users(assembly, reference.Token).Take(5))}";
        }
    }

    public static IEnumerable<Reference> Of(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var metadata = file.GetMetadataReader();
        var tokens = metadata.TypeReferences.Select(handle => MetadataTokens.GetToken(handle))
            .Concat(metadata.MemberReferences.Where(handle => !IsOwn(metadata, handle)).Select(handle => MetadataTokens.GetToken(handle)))
            .ToList();
        var seen = new HashSet<(Module, int)>();
        foreach (var token in tokens)
        {
            var target = Definition(assembly.ManifestModule, token);
            if (target is not null && seen.Add((target.Module, target.MetadataToken)))
                yield return new Reference(target, token);
        }
    }

    /// <summary>Members of the assembly's own generic types are references too.</summary>
    private static bool IsOwn(MetadataReader metadata, MemberReferenceHandle handle)
    {
        var parent = metadata.GetMemberReference(handle).Parent;
        if (parent.Kind != HandleKind.TypeSpecification)
            return parent.Kind is HandleKind.MethodDefinition or HandleKind.TypeDefinition;
        // A generic instance: its mark, class or value type, then the definition.
        var signature = metadata.GetBlobReader(metadata.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
        if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
            return false;
        signature.ReadByte();
        return signature.ReadTypeHandle().Kind == HandleKind.TypeDefinition;
    }

    /// <summary>The member as its generic type declares it; null for members of arrays, which no metadata declares.</summary>
    private static MemberInfo? Definition(Module module, int token)
    {
        var member = Resolve(module, token);
        if (member is Type or null)
            return member;
        if (member.DeclaringType is not { IsArray: false })
            return null;
        var definition = member.Module.ResolveMember(member.MetadataToken, member.DeclaringType.GetGenericArguments(), null);
        return definition is MethodInfo { IsSpecialName: true } accessor ? PropertyOrEvent(accessor) : definition;
    }

    /// <summary>A member of a generic type resolves only with type arguments: any that meet the constraints will do.</summary>
    private static MemberInfo? Resolve(Module module, int token)
    {
        try
        {
            return Resolve(module, token, typeof(object));
        }
        catch (TypeLoadException)
        {
            return Resolve(module, token, typeof(int));
        }
    }

    private static MemberInfo? Resolve(Module module, int token, Type argument)
    {
        var arguments = Enumerable.Repeat(argument, 16).ToArray();
        return module.ResolveMember(token, arguments, arguments);
    }

    private static MemberInfo PropertyOrEvent(MethodInfo accessor)
    {
        const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var type = accessor.DeclaringType!;
        return (MemberInfo?)type.GetProperties(all).FirstOrDefault(property => property.GetAccessors(true).Contains(accessor))
            ?? (MemberInfo?)type.GetEvents(all).FirstOrDefault(item => item.AddMethod == accessor || item.RemoveMethod == accessor)
            ?? accessor;
    }

    /// <summary>The types whose code holds the token. Generic instances stand behind other tokens and are not found.</summary>
    private static IEnumerable<string> Users(Assembly assembly, int token)
    {
        const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var bytes = BitConverter.GetBytes(token);
        return assembly.GetTypes()
            .Where(type => type.GetMethods(all).Cast<MethodBase>().Concat(type.GetConstructors(all))
                .Any(method => method.GetMethodBody()?.GetILAsByteArray()?.AsSpan().IndexOf(bytes) >= 0))
            .Select(type => type.FullName!)
            .DefaultIfEmpty(assembly.GetName().Name!);
    }
}
