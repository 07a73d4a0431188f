using System.Globalization;
using System.Reflection;

namespace Microsoft.ML.Runtime;

/// <summary>The environment behind <see cref="MLContext"/> and every host registered under it.</summary>
internal sealed class HostEnvironment : IHost
{
    private readonly Action<string, ChannelMessage> _listener;
    private readonly string _fullName;
    private readonly Lock _lock;

    public HostEnvironment(int? seed, Action<string, ChannelMessage> listener)
        : this(null, seed, seed is { } value ? new Random(value) : new Random(), listener, new ComponentCatalog(), new Lock())
    {
    }

    private HostEnvironment(
        string fullName, int? seed, Random rand, Action<string, ChannelMessage> listener, ComponentCatalog components, Lock sharedLock)
    {
        ComponentCatalog = components;
        _fullName = fullName;
        Seed = seed;
        Rand = rand;
        _listener = listener;
        _lock = sharedLock;
    }

    public int? Seed { get; }

    public Random Rand { get; }

    public ComponentCatalog ComponentCatalog { get; }

    public string ContextDescription => _fullName ?? "MLContext";

    public IHost Register(string name, int? seed = null, bool? verbose = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        lock (_lock)
        {
            var rand = new Random(seed ?? Rand.Next());
            return new HostEnvironment(name, seed ?? Seed, rand, _listener, ComponentCatalog, _lock);
        }
    }

    public IChannel Start(string name) => new Channel(this, _fullName is null ? name : $"{_fullName}; {name}");

    // As in the real package, only ChannelMessage has a listener: other messages and progress go nowhere.
    public IPipe<TMessage> StartPipe<TMessage>(string name) => new SilentPipe<TMessage>(this);

    public IProgressChannel StartProgressChannel(string name) => new SilentProgressChannel();

    public TException Process<TException>(TException ex)
        where TException : Exception => ex;

    private sealed class Channel(HostEnvironment host, string fullName) : IChannel
    {
        public string ContextDescription => host.ContextDescription;

        public TException Process<TException>(TException ex)
            where TException : Exception => ex;

        public void Send(ChannelMessage msg) => host._listener(fullName, msg);

        public void Trace(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Trace, sensitivity, fmt);

        public void Trace(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(ChannelMessageKind.Trace, sensitivity, fmt, args);

        public void Info(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Info, sensitivity, fmt);

        public void Info(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(ChannelMessageKind.Info, sensitivity, fmt, args);

        public void Warning(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Warning, sensitivity, fmt);

        public void Warning(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(ChannelMessageKind.Warning, sensitivity, fmt, args);

        public void Error(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Error, sensitivity, fmt);

        public void Error(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(ChannelMessageKind.Error, sensitivity, fmt, args);

        public void Dispose()
        {
        }

        private void Send(ChannelMessageKind kind, MessageSensitivity sensitivity, string message) =>
            Send(new ChannelMessage(kind, sensitivity, message));

        private void Send(ChannelMessageKind kind, MessageSensitivity sensitivity, string format, object[] args) =>
            Send(kind, sensitivity, string.Format(CultureInfo.InvariantCulture, format, args));
    }

    private sealed class SilentPipe<TMessage>(HostEnvironment host) : IPipe<TMessage>
    {
        public string ContextDescription => host.ContextDescription;

        public TException Process<TException>(TException ex)
            where TException : Exception => ex;

        public void Send(TMessage msg)
        {
        }

        public void Dispose()
        {
        }
    }

    private sealed class SilentProgressChannel : IProgressChannel
    {
        public void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction)
        {
        }

        public void Checkpoint(params double?[] values)
        {
        }

        public IProgressChannel StartProgressChannel(string name) => new SilentProgressChannel();

        public void Dispose()
        {
        }
    }
}

/// <summary>Where the real package finds loaders of third-party steps; only assemblies can be registered from outside.</summary>
public sealed class ComponentCatalog
{
    private readonly HashSet<Assembly> _assemblies = [];

    internal ComponentCatalog()
    {
    }

    public void RegisterAssembly(Assembly assembly, bool throwOnError = true)
    {
        if (assembly is null)
        {
            if (throwOnError)
                throw new ArgumentNullException(nameof(assembly));
            return;
        }

        lock (_assemblies)
            _assemblies.Add(assembly);
    }

    internal Assembly[] Assemblies
    {
        get
        {
            lock (_assemblies)
                return [.. _assemblies];
        }
    }
}
