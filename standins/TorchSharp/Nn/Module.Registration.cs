using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        // Which modules, parameters and buffers belong to a module.
        public partial class Module
        {
            private bool _componentsRegistered;

            public virtual void register_module(string name, Module submodule)
            {
                if (submodule is null)
                {
                    _submodules.Remove(name);
                    return;
                }
                if (string.IsNullOrEmpty(name) || name.Contains('.'))
                    throw new ArgumentException($"A module's name is neither empty nor contains '.': '{name}'.", nameof(name));
                if (_submodules.ContainsKey(name))
                    throw new InvalidOperationException($"Sub-module {name} is already registered.");
                submodule.RegisterComponents();
                _submodules.Add(name, submodule);
            }

            public void add_module(string name, Module module) => register_module(name, module);

            public virtual void register_parameter(string name, Parameter param)
            {
                if (param is null || param.IsInvalid)
                    throw new ArgumentNullException(nameof(param), "A null tensor cannot be registered as a parameter.");
                if (!_parametersByName.TryAdd(name, param))
                    throw new InvalidOperationException($"Parameter {name} is already registered.");
            }

            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                if (tensor is null || tensor.IsInvalid)
                    throw new ArgumentNullException(nameof(tensor), "A null tensor cannot be registered as a buffer.");
                if (!_buffersByName.TryAdd(name, (tensor, persistent)))
                    throw new InvalidOperationException($"Tensor {name} is already registered.");
            }

            /// <summary>Registers modules, parameters and tensors in fields under the fields' names; done once, new names only.</summary>
            protected virtual void RegisterComponents()
            {
                if (_componentsRegistered)
                    return;
                foreach (var field in ComponentFields())
                {
                    if (_submodules.ContainsKey(field.Name) || _parametersByName.ContainsKey(field.Name) || _buffersByName.ContainsKey(field.Name))
                        continue;
                    switch (field.GetValue(this))
                    {
                        case Module module:
                            register_module(field.Name, module);
                            break;
                        case Parameter parameter:
                            register_parameter(field.Name, parameter);
                            break;
                        case Tensor tensor:
                            register_buffer(field.Name, tensor);
                            break;
                    }
                }
                _componentsRegistered = true;
            }

            protected void ConditionallyRegisterParameter(string name, Tensor? value)
            {
                if (value is null)
                    _parametersByName.Remove(name);
                else
                    _parametersByName[name] = value as Parameter ?? new Parameter(value);
            }

            protected void ConditionallyRegisterBuffer(string name, Tensor? value, bool persistent = true)
            {
                if (value is null)
                    _buffersByName.Remove(name);
                else
                    _buffersByName[name] = (value, persistent);
            }

            /// <summary>The module's own parameter of the name, or null.</summary>
            private protected Parameter? OwnParameter(string parameterName) => _parametersByName.GetValueOrDefault(parameterName);

            protected void ClearModules() => _submodules.Clear();

            private FieldInfo[] ComponentFields() =>
                GetType().GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance);
        }
    }
}
