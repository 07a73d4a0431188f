using System.Diagnostics;

namespace MLNet.SynthAugment.Tests.Store;

/// <summary>A test that mounts file systems of its own; skipped where the system does not let it.</summary>
public sealed class NamespaceFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> s_canMount = new(CanMount);

    public NamespaceFactAttribute()
    {
        if (!s_canMount.Value)
            Skip = "This system does not let unprivileged programs mount file systems (unshare -Urm).";
    }

    private static bool CanMount()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("unshare", ["-Urm", "mount", "-t", "tmpfs", "none", "/mnt"]) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
